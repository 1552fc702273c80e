"""What an investor is told of a period: what was outstanding, what moved, what was earned, what it came to so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bonds.arithmetic.calls import compute_facilities
from bonds.arithmetic.positions import Movement, MovementKind, Position, compute_positions
from bonds.arithmetic.returns import Returns, compute_returns
from bonds.arithmetic.tranches import InvestorTerms
from core.errors import InvalidInput


class StatementPeriodEmpty(InvalidInput):
    """A period of a statement ends on or before the day it begins."""

    code = "bonds.statement.period_empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One commitment over a half-open period, in pence.

    Always: what was outstanding, and what was earned, before and what moved give what is there after.

    Attributes:
        investor: Party.
        tranche: Code.
        from_on: First day.
        until_on: The day after the last.
        committed: By the terms.
        undrawn: What may still be paid in at the end, called or not.
        principal_before: Outstanding at the beginning.
        drawn: Paid in.
        repaid: Principal that came back from the deal.
        guaranteed: Principal that came back from a guarantor.
        written_off: Principal that was lost.
        principal_after: Outstanding at the end.
        interest_before: Earned and not paid at the beginning.
        interest_earned: With declared coupons.
        interest_paid: As said, before tax.
        tax_withheld: Of what was paid.
        interest_released: Earned before, and never to be paid: the deal ended.
        interest_after: Earned, not paid and still owed at the end.
        upside: Received beyond principal and interest.
        downside: Paid because of a bad result.
        returns: Multiple and rate since the beginning, at the end of the period, of money that has moved: what is
            outstanding counts as nothing.
    """

    investor: str
    tranche: str
    from_on: date
    until_on: date
    committed: int
    undrawn: int
    principal_before: int
    drawn: int
    repaid: int
    guaranteed: int
    written_off: int
    principal_after: int
    interest_before: int
    interest_earned: int
    interest_paid: int
    tax_withheld: int
    interest_released: int
    interest_after: int
    upside: int
    downside: int
    returns: Returns

    @property
    def interest_net(self) -> int:
        """Interest that reached the investor, after tax."""
        return self.interest_paid - self.tax_withheld


def compute_statements(
    terms: InvestorTerms, movements: Iterable[Movement], *, from_on: date, until_on: date, investor: str = ""
) -> tuple[Statement, ...]:
    """Work out what investors are told of a period.

    Args:
        terms: What was agreed.
        movements: All that moved since the beginning, in any order.
        from_on: First day.
        until_on: The day after the last; what moved on it belongs to the next period.
        investor: Only theirs; empty: everybody's.

    Returns:
        One statement per commitment, in the order of the terms. Those of periods that follow each other fit together.

    Raises:
        StatementPeriodEmpty: the period ends on or before the day it begins.
        MovementUnknown, AmountNotPositive, RepaidMoreThanDrawn: as `compute_positions`.
    """
    if until_on <= from_on:
        raise StatementPeriodEmpty("A period has to end after it begins.", from_on=from_on, until_on=until_on)
    moved = list(movements)
    before = compute_positions(terms, [each for each in moved if each.on < from_on], on=from_on)
    after = compute_positions(terms, [each for each in moved if each.on < until_on], on=until_on)
    return tuple(
        _statement(opening, closing)
        for opening, closing in zip(before, after, strict=True)
        if investor in {"", closing.commitment.investor}
    )


def _statement(opening: Position, closing: Position) -> Statement:
    (facility,) = compute_facilities([closing])
    in_period = {kind: closing.sums.get(kind, 0) - opening.sums.get(kind, 0) for kind in MovementKind}
    return Statement(
        investor=closing.commitment.investor,
        tranche=closing.tranche.code,
        from_on=opening.on,
        until_on=closing.on,
        committed=closing.commitment.amount,
        undrawn=facility.undrawn,
        principal_before=opening.principal,
        drawn=in_period[MovementKind.DRAWN],
        repaid=in_period[MovementKind.PRINCIPAL],
        guaranteed=in_period[MovementKind.GUARANTEED],
        written_off=in_period[MovementKind.WRITTEN_OFF],
        principal_after=closing.principal,
        interest_before=opening.interest_unpaid,
        interest_earned=closing.earned - opening.earned,
        interest_paid=in_period[MovementKind.INTEREST],
        tax_withheld=in_period[MovementKind.TAX],
        interest_released=in_period[MovementKind.RELEASED],
        interest_after=closing.interest_unpaid,
        upside=in_period[MovementKind.UPSIDE],
        downside=in_period[MovementKind.DOWNSIDE],
        returns=compute_returns(closing.flows),
    )
