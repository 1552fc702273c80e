"""The demo's contract of nights at home: an advance, a quarter that went worse than before, and money paid back.

A house counts the nights that its people sleep at home. More than before is paid for; less is owed to the payers.
The council pays in advance; a part of what is claimed is income at once; a call on the lender is posted and awaited. By
operations only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from bonds import operations
from bonds.arithmetic.months import add_months
from bonds.arithmetic.terms import (
    AdvanceTerm,
    Formula,
    Measure,
    Metric,
    PayerShare,
    Period,
    ShareKind,
    Terms,
)
from bonds.arithmetic.tranches import Commitment, InterestKind, InvestorTerms, Tranche, TrancheKind
from bonds.models import Claim, ClaimLine, Invoice, OutcomesContract
from bonds.operations.noticing import record_notice_policy
from bonds.operations.results import record_group_result
from bonds.states import PartyRole, Recognition
from config.seed.offers import SEED
from config.seed.outcome_small import SmallContract
from core.periods import legal_day
from foundation.access import Actor

REFERENCE: Final = "weir-house-nights"
ROLES: Final = {
    "northmoor": PartyRole.LEAD_COMMISSIONER,
    "kindle": PartyRole.TOP_UP_FUND,
    "hearthside": PartyRole.PROVIDER,
    "plumbline": PartyRole.VERIFIER,
    "brightwater": PartyRole.HOLDER,
    "slow-tide": PartyRole.INVESTOR,
}
_BEGAN_MONTHS_AGO: Final = 11
_SERVICE_MONTHS: Final = 24
# Nights at home in each quarter that is over: a good one, a bad one, and one that nobody has decided yet.
_NIGHTS: Final = (1_400, 900, 1_300)
_ADVANCE: Final = 150_000


def write_terms_of(begin: date) -> Terms:
    """£10 for each night above a thousand in a quarter; as much is owed for each below.

    Args:
        begin: First day of service.
    """
    return Terms(
        currency="GBP",
        service=Period(from_on=begin, until_on=add_months(begin, _SERVICE_MONTHS)),
        run_off_until=add_months(begin, _SERVICE_MONTHS + 4),
        payers=("northmoor", "kindle"),
        metrics=(
            Metric(
                code="nights_home",
                name="Nights at home",
                test="Nights of a quarter that people of Weir House slept in their own home, from its night register.",
                measure=Measure.FORMULA,
                unit="cohort",
                most=None,
                formula="nights",
            ),
        ),
        tariffs=(),
        formulas=(
            Formula(
                code="nights",
                kind="per_unit",
                facts={
                    "measured": {"by": "figure", "name": "nights"},
                    "price": 1_000,
                    "above": "1000",
                    "downside_share": "1",
                },
            ),
        ),
        shares=(
            PayerShare(payer="northmoor", kind=ShareKind.PERCENT, amount=7_500),
            PayerShare(payer="kindle", kind=ShareKind.PERCENT, amount=2_500),
        ),
        advances=(
            AdvanceTerm(code="start", payer="northmoor", amount=_ADVANCE, payable_on=begin + timedelta(days=20)),
        ),
    )


def write_investor_terms_of() -> InvestorTerms:
    """One lender, who is called as money is needed."""
    return InvestorTerms(
        currency="GBP",
        tranches=(
            Tranche(
                code="senior",
                name="Senior loan",
                kind=TrancheKind.SENIOR,
                interest=InterestKind.SIMPLE,
                rate=Decimal(4),
            ),
        ),
        commitments=(Commitment(investor="slow-tide", tranche="senior", amount=1_000_000),),
    )


@dataclass
class NightsContract(SmallContract):
    """A contract in its first year."""

    def tell(self) -> OutcomesContract:
        """Make the contract and all that happened under it; the organisations of the first contract are there."""
        self.begin = add_months(legal_day(self.now).replace(day=1), -_BEGAN_MONTHS_AGO)
        self.contract = self.sign(
            self.begin,
            ROLES,
            write_terms_of(self.begin),
            write_investor_terms_of(),
            reference=REFERENCE,
            name="Weir House Nights",
            purpose="People who leave hospital for Weir House sleep in their own home again, and stay there.",
        )
        self._choose_how_to_book()
        self._pay_in_advance()
        self._call(self.begin + timedelta(days=10), 400_000, is_paid=True)
        for number in range(len(_NIGHTS)):
            self._tell_quarter(number)
        self._call(legal_day(self.now) - timedelta(days=6), 200_000, is_paid=False)
        return self.contract

    def _choose_how_to_book(self) -> None:
        on = self.begin - timedelta(days=3)
        operations.record_recognition(
            contract=self.contract,
            recognise_at=Recognition.SUBMITTED_CONSTRAINED,
            percent=6_000,
            from_on=self.begin,
            reason="In two earlier years nine nights in ten of the register were accepted; the auditor agreed to six.",
            actor=self.keeper,
            at=self.at(on),
        )
        record_notice_policy(
            contract=self.contract,
            is_posted=True,
            from_on=self.begin,
            reason="The accountant wants to see what was called and has not come.",
            actor=self.keeper,
            at=self.at(on),
        )

    def _pay_in_advance(self) -> None:
        on = self.begin + timedelta(days=5)
        advance = operations.ask_for_advance(contract=self.contract, code="start", actor=self.keeper, at=self.at(on))
        paid_on = on + timedelta(days=9)
        self.let_in(
            operations.record_advance(
                advance=advance,
                is_receipt=True,
                moved_on=paid_on,
                amount_pence=_ADVANCE,
                reference="WEIR HOUSE ADVANCE",
                account="1200",
                key="demo:weir-house:advance",
                **self.when(paid_on),
            )
        )

    def _call(self, on: date, pence: int, *, is_paid: bool) -> None:
        call = operations.call_capital(
            contract=self.contract,
            amount_pence=pence,
            due_on=on + timedelta(days=14),
            reason="Night staff for the next months",
            actor=self.keeper,
            at=self.at(on),
        )
        if is_paid:
            self.pay_in(call, on + timedelta(days=8))

    def _tell_quarter(self, number: int) -> None:
        """Nights are measured and claimed; but for the last quarter they are accepted, and settled either way."""
        ended_on = add_months(self.begin, 3 * (number + 1)) - timedelta(days=1)
        claim = self._claim(ended_on, number)
        if number == len(_NIGHTS) - 1:
            return
        decided_at = self.at(ended_on + timedelta(days=16))
        lines = list(ClaimLine.objects.filter(claim=claim).values_list("public_id", flat=True))
        operations.accept_lines(
            claim=claim,
            lines=lines,
            verifier=self.parties["plumbline"],
            note="The night register was seen.",
            actor=SEED,
            at=decided_at,
        )
        issued_on = ended_on + timedelta(days=17)
        made = operations.issue_invoices(contract=self.contract, actor=self.keeper, at=self.at(issued_on))
        for invoice in made:
            self._settle(invoice, issued_on + timedelta(days=13))

    def _claim(self, ended_on: date, number: int) -> Claim:
        claimed_on = ended_on + timedelta(days=8)
        worker: Actor = SEED
        event = record_group_result(
            contract=self.contract,
            provider=self.parties["hearthside"],
            cohort=f"quarter-{number + 1}",
            metric="nights_home",
            achieved_on=ended_on,
            measurement={"measured_on": ended_on.isoformat(), "figures": {"nights": str(_NIGHTS[number])}},
            actor=worker,
            at=self.at(claimed_on),
            today=claimed_on,
        )
        claim = operations.put_in_claim(
            contract=self.contract,
            provider=self.parties["hearthside"],
            events=[event],
            actor=worker,
            at=self.at(claimed_on),
        )
        return operations.submit_claim(claim=claim, actor=worker, at=self.at(claimed_on))

    def _settle(self, invoice: Invoice, on: date) -> None:
        """An invoice is paid; what the fund is owed by a credit note is paid back, the council's waits for the next."""
        if invoice.kind == "credit_note":
            if invoice.payer.code == "kindle":
                self.let_in(
                    operations.record_overpayment_refund(
                        payer=invoice.payer,
                        moved_on=on,
                        amount_pence=invoice.gross_pence,
                        reference="WEIR HOUSE BACK",
                        key=f"demo:{invoice.public_id}",
                        **self.when(on),
                    )
                )
            return
        invoice.refresh_from_db()
        if invoice.open_pence:
            self.let_in(
                operations.record_invoice_receipt(
                    invoice=invoice,
                    moved_on=on,
                    amount_pence=invoice.open_pence,
                    reference="WEIR HOUSE",
                    account="1200",
                    key=f"demo:{invoice.public_id}",
                    **self.when(on),
                )
            )
