"""The demo's investors: a lender, a foundation that bears the first loss, and a grant; called, paid in, repaid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from bonds import operations
from bonds.arithmetic.tranches import (
    Beneficiary,
    Commitment,
    InterestKind,
    InvestorTerms,
    ReturnCap,
    ReturnKind,
    SuccessFee,
    SurplusPart,
    Tranche,
    TrancheKind,
    Upside,
)
from bonds.models import CapitalCall, OutcomesContract, WaterfallRun
from bonds.operations.moving import record_distribution_paid, record_drawdown
from bonds.queries.runs import list_dues
from bonds.states import PartyRole
from config.demo_people import HOLDER, HOLDER_SECOND
from config.seed.offers import actor_of
from core.periods import legal_day, start_of_day
from foundation.access import Actor
from ledger.queries import get_book_by_slug
from payments.operations import MoneyFacts, approve_recorded, record_payment
from people.models import OrganisationKind, User

INVESTORS: Final = {
    "slow-tide": ("Slow Tide Lending", OrganisationKind.FUND, PartyRole.INVESTOR),
    "kestrel-lane": ("Kestrel Lane Foundation", OrganisationKind.CHARITY, PartyRole.INVESTOR),
    "almsgate": ("The Almsgate Trust", OrganisationKind.CHARITY, PartyRole.INVESTOR),
}
# After which quarter, counted from 0, what happens.
_SECOND_CALL, _GIVEN_UP = 1, 4
_RUNS: Final = (2, 4, 5)
_MONTHLY_COST: Final = 530_000
# What the vehicle spends before the first result, and then in each quarter, beside what its providers are paid.
_START: Final = 2_600_000
_COST: Final = 200_000
_SETTLED: Final = timedelta(days=50)


def write_investor_terms_of() -> InvestorTerms:
    """What the investors agreed with the first version."""
    return InvestorTerms(
        currency="GBP",
        tranches=(
            Tranche(
                code="senior",
                name="Senior loan",
                kind=TrancheKind.SENIOR,
                interest=InterestKind.SIMPLE,
                rate=Decimal("5.5"),
                return_caps=(ReturnCap(kind=ReturnKind.IRR, limit=Decimal("6.5")),),
            ),
            Tranche(
                code="first_loss",
                name="First-loss loan",
                kind=TrancheKind.FIRST_LOSS,
                return_caps=(ReturnCap(kind=ReturnKind.MULTIPLE, limit=Decimal("1.3")),),
            ),
            Tranche(code="grant", name="Recoverable grant", kind=TrancheKind.RECOVERABLE_GRANT),
        ),
        commitments=(
            Commitment(investor="slow-tide", tranche="senior", amount=4_500_000),
            Commitment(investor="kestrel-lane", tranche="first_loss", amount=1_500_000),
            Commitment(investor="almsgate", tranche="grant", amount=1_000_000),
        ),
        reserve_months=2,
        upside=Upside(
            tranches=("first_loss",),
            fees=(
                SuccessFee(provider="hearthside", percent=1_000, most=200_000),
                SuccessFee(provider="lantern-yard", percent=1_000, most=200_000),
            ),
        ),
        surplus=(
            SurplusPart(to=Beneficiary.COMMISSIONER, party="northmoor", percent=6_000),
            SurplusPart(to=Beneficiary.ASSET_LOCK, party="brightwater", percent=4_000),
        ),
    )


@dataclass
class Investors:
    """What the holder does with investors' money, beside the quarters of the contract."""

    contract: OutcomesContract
    users: dict[str, User]
    now: datetime
    begin: date

    def begin_service(self) -> None:
        """The first call, before any result is paid for."""
        at = self._at(self.begin + timedelta(days=4))
        self._call(at, 3_500_000, "Rooms, guides and the first three months")
        self._spend(at + timedelta(days=20), _START, "Twelve rooms made ready, before the first result")

    def after_quarter(self, number: int, *, until: date) -> None:
        """What is done once the payers have paid for a quarter.

        Args:
            number: Of the quarter, from 0.
            until: The day after its last.
        """
        at = self._at(until + _SETTLED)
        if at >= self.now:
            return
        self._spend(at, _COST, "Guiding the service and keeping its figures, a quarter")
        if number == _SECOND_CALL:
            self._call(at, 1_400_000, "A second kitchen, and rooms for the winter")
        if number == _GIVEN_UP:
            operations.cancel_commitments(
                contract=self.contract,
                amount_pence=700_000,
                reason="Payers have paid on time, so less is needed in advance.",
                actor=self._keeper,
                at=at,
            )
        if number in _RUNS:
            self._share_out(at + timedelta(days=1), is_last=number == _RUNS[-1])

    def _call(self, at: datetime, pence: int, reason: str) -> None:
        call = operations.call_capital(
            contract=self.contract,
            amount_pence=pence,
            due_on=legal_day(at + timedelta(days=14)),
            reason=reason,
            actor=self._keeper,
            at=at,
        )
        self._pay_in(call, at + timedelta(days=9))

    def _pay_in(self, call: CapitalCall, at: datetime) -> None:
        for part in call.parts.select_related("call__contract__organisation", "commitment__party__organisation"):
            record = record_drawdown(
                part=part,
                amount_pence=part.pence,
                moved_on=legal_day(at),
                reference=f"CALL {call.number}",
                key=f"demo:{part.public_id}",
                actor=self._keeper,
                at=at,
                today=legal_day(at),
            )
            approve_recorded(record=record, actor=self._second, at=at, today=legal_day(at))

    def _spend(self, at: datetime, pence: int, what: str) -> None:
        """What the vehicle itself costs."""
        facts = MoneyFacts(
            moved_on=legal_day(at),
            amount_pence=pence,
            party_name="Thistlewick Data Works",
            reference="QUARTER",
            against="5100",
            note=what,
        )
        record = record_payment(
            organisation=self.contract.organisation,
            book=get_book_by_slug(slug=self.contract.book_slug),
            facts=facts,
            key=f"demo:cost:{legal_day(at)}",
            actor=self._keeper,
            at=at,
            today=legal_day(at),
        )
        approve_recorded(record=record, actor=self._second, at=at, today=legal_day(at))

    def _share_out(self, at: datetime, *, is_last: bool) -> None:
        run = operations.distribute(contract=self.contract, monthly_cost_pence=_MONTHLY_COST, actor=self._keeper, at=at)
        if not is_last:
            self._pay_out(run, at + timedelta(days=3))

    def _pay_out(self, run: WaterfallRun, at: datetime) -> None:
        for one in list_dues(self.contract, run=run, on=run.run_on):
            record = record_distribution_paid(
                due=one.due,
                amount_pence=one.open,
                moved_on=legal_day(at),
                reference=f"RUN {run.number}",
                key=f"demo:{one.due.public_id}",
                actor=self._keeper,
                at=at,
                today=legal_day(at),
            )
            approve_recorded(record=record, actor=self._second, at=at, today=legal_day(at))

    @property
    def _keeper(self) -> Actor:
        return actor_of(self.users[HOLDER.email])

    @property
    def _second(self) -> Actor:
        return actor_of(self.users[HOLDER_SECOND.email])

    def _at(self, on: date) -> datetime:
        return start_of_day(on) + timedelta(hours=10)
