"""The demo's finished contract: breakfasts that did not draw enough people, ended early, wound up and closed.

One tranche is ended early by its terms, one lender has tax withheld from her interest, a fund makes good a part of what
the first loss did not get back, and nobody is called on for the rest. By operations only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from bonds import operations
from bonds.arithmetic.months import add_months
from bonds.arithmetic.terms import EvidenceRule, Metric, PayerShare, Period, ShareKind, Tariff, Terms
from bonds.arithmetic.tranches import (
    Commitment,
    Guarantee,
    InterestKind,
    InvestorTerms,
    Redemption,
    Tranche,
    TrancheKind,
)
from bonds.models import GuaranteeCall, OutcomesContract, WaterfallRun
from bonds.operations.guaranteeing import record_guarantee
from bonds.operations.moving import record_distribution_paid
from bonds.operations.paying_tax import record_tax_paid
from bonds.operations.winding_up import redeem_tranche, wind_up
from bonds.queries.runs import list_dues
from bonds.queries.withholding import open_tax
from bonds.states import PartyRole
from config.seed.offers import SEED
from config.seed.outcome_small import SmallContract
from core.periods import legal_day
from ledger.queries import get_book_by_slug
from payments.operations import MoneyFacts, record_payment
from people import operations as people_operations
from people.models import OrganisationKind

REFERENCE: Final = "ropewalk-breakfasts"
LENDER: Final = "tansy-hale"
# Roles of organisations that the first contract brought in, and of one lender who is a person.
ROLES: Final = {
    "northmoor": PartyRole.LEAD_COMMISSIONER,
    "kindle": PartyRole.TOP_UP_FUND,
    "hearthside": PartyRole.PROVIDER,
    "plumbline": PartyRole.VERIFIER,
    "brightwater": PartyRole.HOLDER,
    "slow-tide": PartyRole.INVESTOR,
    "kestrel-lane": PartyRole.INVESTOR,
    LENDER: PartyRole.INVESTOR,
}
_BEGAN_MONTHS_AGO: Final = 20
_SERVICE_MONTHS: Final = 12
_RUN_OFF_MONTHS: Final = 14
_CALLED: Final = 1_300_000
_SPENT: Final = 470_000


def write_terms_of(begin: date) -> Terms:
    """What is paid for: somebody who lives alone comes back, ten times in a quarter.

    Args:
        begin: First day of service.
    """
    return Terms(
        currency="GBP",
        service=Period(from_on=begin, until_on=add_months(begin, _SERVICE_MONTHS)),
        run_off_until=add_months(begin, _RUN_OFF_MONTHS),
        payers=("northmoor", "kindle"),
        metrics=(
            Metric(
                code="came_back",
                name="Came to ten breakfasts in a quarter",
                test="Somebody who lives alone signed in at ten breakfasts or more.",
                evidence=EvidenceRule(kind="sign_in_sheet"),
            ),
        ),
        tariffs=(Tariff(metric="came_back", price=30_000),),
        shares=(
            PayerShare(payer="northmoor", kind=ShareKind.PERCENT, amount=7_500),
            PayerShare(payer="kindle", kind=ShareKind.PERCENT, amount=2_500),
        ),
    )


def write_investor_terms_of(begin: date) -> InvestorTerms:
    """What investors agreed: the loan can be ended early for 75 % of it, later for half.

    Args:
        begin: First day of service.
    """
    middle = add_months(begin, _SERVICE_MONTHS - 1)
    return InvestorTerms(
        currency="GBP",
        tranches=(
            Tranche(
                code="senior",
                name="Senior loan",
                kind=TrancheKind.SENIOR,
                interest=InterestKind.SIMPLE,
                rate=Decimal(5),
                redemptions=(
                    Redemption(period=Period(from_on=None, until_on=middle), percent=7_500),
                    Redemption(period=Period(from_on=middle, until_on=None), percent=5_000),
                ),
            ),
            Tranche(code="first_loss", name="First-loss loan", kind=TrancheKind.FIRST_LOSS),
        ),
        commitments=(
            Commitment(investor="slow-tide", tranche="senior", amount=1_500_000),
            Commitment(investor=LENDER, tranche="senior", amount=500_000),
            Commitment(investor="kestrel-lane", tranche="first_loss", amount=600_000),
        ),
        guarantees=(Guarantee(guarantor="kindle", tranches=("first_loss",), percent=7_500),),
    )


@dataclass
class EndedContract(SmallContract):
    """A contract from signing to closing."""

    def tell(self) -> OutcomesContract:
        """Make the contract and all that happened under it; the organisations of the first contract are there."""
        self.begin = add_months(legal_day(self.now).replace(day=1), -_BEGAN_MONTHS_AGO)
        self.contract = self._sign()
        self._call_and_spend()
        self._tax_the_lender()
        ended_on = add_months(self.begin, 9)
        run = redeem_tranche(
            contract=self.contract,
            tranche="senior",
            reason="Too few people came back. Council and lenders agreed to end the loan by its terms.",
            actor=self.keeper,
            at=self.at(ended_on),
        )
        self._pay_out(run, ended_on + timedelta(days=4))
        self._pay_tax(ended_on + timedelta(days=20))
        wound_up_on = add_months(self.begin, 11)
        wind_up(
            contract=self.contract,
            reason="The last breakfast was served. No result was shown, so nothing more will come.",
            actor=self.keeper,
            at=self.at(wound_up_on),
        )
        self._call_on_the_guarantor(wound_up_on + timedelta(days=12))
        self._close()
        return self.contract

    def _sign(self) -> OutcomesContract:
        at = self.at(self.begin - timedelta(days=20))
        people_operations.found_organisation(
            slug=LENDER, name="Tansy Hale (private lender)", actor=SEED.ref, at=at, kind=OrganisationKind.OTHER.value
        )
        return self.sign(
            self.begin,
            ROLES,
            write_terms_of(self.begin),
            write_investor_terms_of(self.begin),
            reference=REFERENCE,
            name="Ropewalk Breakfasts",
            purpose="People who live alone eat breakfast together at the old ropewalk, and come back.",
        )

    def _call_and_spend(self) -> None:
        """Half of what was committed is called, paid in, and partly spent."""
        on = self.begin + timedelta(days=4)
        call = operations.call_capital(
            contract=self.contract,
            amount_pence=_CALLED,
            due_on=on + timedelta(days=14),
            reason="The kitchen, a cook and the first half year",
            actor=self.keeper,
            at=self.at(on),
        )
        paid_on = on + timedelta(days=8)
        self.pay_in(call, paid_on)
        self._spend(paid_on + timedelta(days=30))

    def _spend(self, on: date) -> None:
        facts = MoneyFacts(
            moved_on=on,
            amount_pence=_SPENT,
            party_name="Ropewalk Kitchen Fitters",
            reference="KITCHEN",
            against="5100",
            note="The kitchen and the first half year of breakfasts",
        )
        record = record_payment(
            organisation=self.contract.organisation,
            book=get_book_by_slug(slug=self.contract.book_slug),
            facts=facts,
            key="demo:ropewalk:spent",
            **self.when(on),
        )
        self.let_in(record)

    def _tax_the_lender(self) -> None:
        operations.record_withholding(
            party=self.parties[LENDER],
            is_withheld=True,
            from_on=self.begin,
            reason="The lender is a person; the interest is yearly interest paid by a company.",
            actor=self.keeper,
            at=self.at(self.begin + timedelta(days=30)),
        )

    def _pay_out(self, run: WaterfallRun, on: date) -> None:
        for one in list_dues(self.contract, run=run, on=on):
            record = record_distribution_paid(
                due=one.due,
                amount_pence=one.to_pay,
                moved_on=on,
                reference=f"RUN {run.number}",
                key=f"demo:{one.due.public_id}",
                **self.when(on),
            )
            self.let_in(record)

    def _pay_tax(self, on: date) -> None:
        record = record_tax_paid(
            contract=self.contract,
            amount_pence=open_tax(self.contract),
            moved_on=on,
            reference="CT61",
            key="demo:ropewalk:tax",
            **self.when(on),
        )
        self.let_in(record)

    def _call_on_the_guarantor(self, on: date) -> None:
        related = ("run__round", "run__contract__organisation", "guarantor__organisation")
        calls = GuaranteeCall.objects.filter(run__contract=self.contract)
        for call in calls.select_related(*related, "commitment__party__organisation"):
            for is_receipt, day in ((True, on), (False, on + timedelta(days=3))):
                record = record_guarantee(
                    call=call,
                    is_receipt=is_receipt,
                    amount_pence=call.pence,
                    moved_on=day,
                    reference="GUARANTEE",
                    key=f"demo:{call.public_id}:{is_receipt}",
                    **self.when(day),
                )
                self.let_in(record)

    def _close(self) -> None:
        over_on = add_months(self.begin, _SERVICE_MONTHS)
        operations.begin_run_off(contract=self.contract, actor=self.keeper, at=self.at(over_on))
        operations.close_contract(
            contract=self.contract,
            reason="Everybody was paid what the last run said.",
            actor=self.keeper,
            at=self.at(add_months(self.begin, _RUN_OFF_MONTHS) + timedelta(days=2)),
        )
        self.contract.refresh_from_db()
