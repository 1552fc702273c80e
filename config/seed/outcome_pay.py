"""How the demo's providers are paid: booked and paid quarter by quarter, with statements, and people not referred."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from bonds import operations
from bonds.arithmetic.months import add_months
from bonds.models import Invoice, OutcomesContract, Party, Referral
from bonds.operations.people import record_referral
from bonds.operations.provider_errors import NothingToBook
from bonds.queries.people import guarantee_standings
from bonds.queries.provider_pay import balances_of
from core.periods import legal_day, start_of_day
from foundation.access import Actor
from payments.operations import approve_recorded

# Those to whom the lead council guaranteed people.
REFERRED: Final = frozenset({"hearthside", "lantern-yard"})
QUARTERS_TOLD: Final = 8


def refer(
    contract: OutcomesContract,
    parties: Mapping[str, Party],
    provider: Party,
    *,
    number: int,
    on: date,
    when: Mapping[str, Any],
) -> Referral | None:
    """Record that the lead council sent somebody, where it guaranteed people to the provider."""
    if provider.code not in REFERRED:
        return None
    return record_referral(
        contract=contract,
        commissioner=parties["northmoor"],
        provider=provider,
        referred_on=on,
        reference=f"NM-{number:04}",
        **when,
    )


@dataclass(frozen=True, slots=True)
class ProviderPay:
    """What the contract holder does for its providers after each quarter.

    Attributes:
        contract: The demo's.
        treasurer: Who books and writes payments down.
        second: Who lets them into the books.
        now: The demo's present.
    """

    contract: OutcomesContract
    treasurer: Actor
    second: Actor
    now: datetime

    def settle_quarter(self, *, until: date, is_last: bool, receive: Callable[[Invoice, datetime], None]) -> None:
        """Book what is due, pay it when payers have paid, and send statements.

        Of the last quarter one payment waits for its second person, one was made in part, and the others are to come.
        """
        at = min(start_of_day(until + timedelta(days=8)) + timedelta(hours=11), self.now)
        try:
            operations.accrue_provider_dues(contract=self.contract, actor=self.treasurer, at=at)
        except NothingToBook:
            return
        self._compensate(until, at, receive)
        # Payers have paid by then, except for the last quarter.
        paid_on = legal_day(min(at + timedelta(days=5 if is_last else 42), self.now))
        for place, one in enumerate(balances_of(self.contract)):
            if one.open and not (is_last and place > 1):
                self._pay(one.provider, one.open // 2 if is_last and place else one.open, paid_on, is_waiting=is_last)
        if add_months(until, 3) == add_months(self._begin(), QUARTERS_TOLD * 3):
            self._state(add_months(until, -3), at=start_of_day(paid_on) + timedelta(hours=16))

    def _pay(self, provider: Party, pence: int, on: date, *, is_waiting: bool) -> None:
        at = start_of_day(on) + timedelta(hours=12)
        provider.contract = self.contract
        record = operations.pay_provider(
            provider=provider,
            amount_pence=pence,
            moved_on=on,
            reference=f"{self.contract.reference} {on:%b %Y}",
            key=f"demo:{provider.code}:{on}",
            actor=self.treasurer,
            at=at,
            today=on,
        )
        if not is_waiting or provider.code == "kettle-and-key":
            approve_recorded(record=record, actor=self.second, at=at + timedelta(hours=2), today=on)

    def _compensate(self, until: date, at: datetime, receive: Callable[[Invoice, datetime], None]) -> None:
        """The first year brought fewer people than were guaranteed; the second has only just ended."""
        for one in guarantee_standings(contract=self.contract, on=until):
            guarantee = one.guarantee
            ends = guarantee.period.until_on
            if one.is_open and guarantee.period.from_on and ends and ends == add_months(self._begin(), 12) == until:
                made = operations.accept_compensation(
                    contract=self.contract,
                    commissioner=guarantee.commissioner,
                    provider=guarantee.provider,
                    from_on=guarantee.period.from_on,
                    actor=self.treasurer,
                    at=at,
                )
                receive(made.invoice, at + timedelta(days=21))

    def _begin(self) -> date:
        return self.contract.versions.order_by("number")[0].effective_on

    def _state(self, from_on: date, *, at: datetime) -> None:
        """A statement of the quarter and what was paid for it; the demo's worker makes the files."""
        for one in balances_of(self.contract):
            if one.due:
                one.provider.contract = self.contract
                operations.issue_provider_statement(
                    provider=one.provider,
                    from_on=from_on,
                    until_on=legal_day(at) + timedelta(days=1),
                    actor=self.treasurer,
                    at=at,
                )
