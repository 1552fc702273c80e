"""Where each investor stands on a day, from what moved: drawn, outstanding, earned, received, room below the cap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple

from bonds.arithmetic.interest import Balance, accrue_coupons, accrue_simple, round_half_up
from bonds.arithmetic.returns import Flow, compute_payment_to_cap
from bonds.arithmetic.tranches import Commitment, InterestKind, InvestorTerms, ReturnCap, ReturnKind, Tranche
from core.errors import InvalidInput


class MovementKind(StrEnum):
    """What changes where an investor stands."""

    CALLED = "called"  # asked for by notice, not yet there
    DRAWN = "drawn"
    CANCELLED = "cancelled"  # of the commitment, never to be called
    DECLARED = "declared"  # a coupon that a result earned, not yet paid
    INTEREST = "interest"  # before tax
    RELEASED = "released"  # interest that was earned and will not be paid
    TAX = "tax"  # withheld from interest, and so part of what was paid for the investor
    PRINCIPAL = "principal"
    UPSIDE = "upside"
    GUARANTEED = "guaranteed"  # lost principal, paid by a guarantor
    WRITTEN_OFF = "written_off"  # lost principal
    DOWNSIDE = "downside"  # what a bad result makes the investor pay beside what was drawn


# What each kind does to what is outstanding, and to the investor's purse.
_PRINCIPAL: Final = {
    MovementKind.DRAWN: 1,
    MovementKind.PRINCIPAL: -1,
    MovementKind.GUARANTEED: -1,
    MovementKind.WRITTEN_OFF: -1,
}
_PURSE: Final = {
    MovementKind.DRAWN: -1,
    MovementKind.DOWNSIDE: -1,
    MovementKind.INTEREST: 1,
    MovementKind.PRINCIPAL: 1,
    MovementKind.UPSIDE: 1,
    MovementKind.GUARANTEED: 1,
}


class MovementUnknown(InvalidInput):
    """Something moved for an investor who has no commitment to that tranche."""

    code = "bonds.position.unknown"


class AmountNotPositive(InvalidInput):
    """An amount that moves is not a whole penny or more."""

    code = "bonds.position.not_positive"


class RepaidMoreThanDrawn(InvalidInput):
    """More principal was repaid, or written off, than was outstanding."""

    code = "bonds.position.repaid_more"


class Movement(NamedTuple):
    """One thing that moved for one commitment, in pence above zero."""

    on: date
    investor: str
    tranche: str
    kind: MovementKind
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where one commitment stands at the beginning of a day, with all that moved on that day or before. Pence.

    Attributes:
        commitment: Whose, and in what.
        tranche: The tranche.
        on: The day.
        balances: From each day on what was outstanding.
        flows: Money between the investor and the deal, signed as the investor sees it.
        sums: All that moved, by kind.
        earned: Interest that has fallen due since the beginning, rounded half up once, and declared coupons.
    """

    commitment: Commitment
    tranche: Tranche
    on: date
    balances: tuple[Balance, ...]
    flows: tuple[Flow, ...]
    sums: dict[MovementKind, int]
    earned: int

    @property
    def drawn(self) -> int:
        """What the investor paid in, recycled money counted each time."""
        return self.sums.get(MovementKind.DRAWN, 0)

    @property
    def principal(self) -> int:
        """What is outstanding."""
        return self.balances[-1][1] if self.balances else 0

    @property
    def repaid(self) -> int:
        """What came back of the principal, from the deal or from a guarantor."""
        return self.sums.get(MovementKind.PRINCIPAL, 0) + self.sums.get(MovementKind.GUARANTEED, 0)

    @property
    def returned(self) -> int:
        """What the investor got beyond principal."""
        return self.sums.get(MovementKind.INTEREST, 0) + self.sums.get(MovementKind.UPSIDE, 0)

    @property
    def tax_withheld(self) -> int:
        """Tax that was withheld from the interest."""
        return self.sums.get(MovementKind.TAX, 0)

    @property
    def interest_due(self) -> int:
        """Interest earned and not paid, as far as it is still owed."""
        return max(0, self.interest_unpaid)

    @property
    def interest_unpaid(self) -> int:
        """The same; below zero where more was paid than is earned by now, so that a statement always adds up."""
        settled = self.sums.get(MovementKind.INTEREST, 0) + self.sums.get(MovementKind.RELEASED, 0)
        return self.earned - settled

    @property
    def return_caps(self) -> tuple[ReturnCap, ...]:
        """The caps that hold for this investor: their own, or the tranche's."""
        own = self.commitment.return_caps
        return self.tranche.return_caps if own is None else own


def compute_positions(terms: InvestorTerms, movements: Iterable[Movement], *, on: date) -> tuple[Position, ...]:
    """Work out where each commitment stands on a day.

    Args:
        terms: What was agreed.
        movements: All that moved, in any order; what is later than the day is left out.
        on: The day; interest counts up to the day before.

    Returns:
        One position per commitment, in the order of the terms.

    Raises:
        MovementUnknown: something moved for somebody without such a commitment.
        AmountNotPositive: an amount of nothing or less.
        RepaidMoreThanDrawn: what was outstanding went below zero at the end of a day.
    """
    moved: dict[tuple[str, str], list[Movement]] = {(each.investor, each.tranche): [] for each in terms.commitments}
    for movement in movements:
        key = (movement.investor, movement.tranche)
        if key not in moved:
            raise MovementUnknown("This investor has no commitment to that tranche.", investor=key[0], tranche=key[1])
        if movement.amount <= 0:
            raise AmountNotPositive("What moves has to be a penny or more.", amount=movement.amount)
        if movement.on <= on:
            moved[key].append(movement)
    return tuple(_position(terms, each, moved[each.investor, each.tranche], on) for each in terms.commitments)


def _position(terms: InvestorTerms, commitment: Commitment, movements: Sequence[Movement], on: date) -> Position:
    tranche = terms.tranche(commitment.tranche)
    sums: dict[MovementKind, int] = {}
    changes: dict[date, int] = {}
    flows = []
    for moved_on, _investor, _tranche, kind, amount in movements:
        sums[kind] = sums.get(kind, 0) + amount
        if kind in _PRINCIPAL:
            changes[moved_on] = changes.get(moved_on, 0) + _PRINCIPAL[kind] * amount
        if kind in _PURSE:
            flows.append(Flow(moved_on, _PURSE[kind] * amount))
    balances = _balances(changes)
    return Position(
        commitment=commitment,
        tranche=tranche,
        on=on,
        balances=balances,
        flows=tuple(flows),
        sums=sums,
        earned=_earned(commitment, tranche, balances, on) + sums.get(MovementKind.DECLARED, 0),
    )


def _balances(changes: Mapping[date, int]) -> tuple[Balance, ...]:
    """Give what was outstanding from each day on which it changed."""
    balances, outstanding = [], 0
    for day, change in sorted(changes.items()):
        outstanding += change
        if outstanding < 0:
            raise RepaidMoreThanDrawn("More would be repaid than is outstanding.", on=day, above=-outstanding)
        balances.append((day, outstanding))
    return tuple(balances)


def _earned(commitment: Commitment, tranche: Tranche, balances: Sequence[Balance], on: date) -> int:
    """Interest since the beginning, rounded once: what a period earns is the difference of two such sums."""
    rate = tranche.rate if commitment.rate is None else commitment.rate
    until_on = on if tranche.interest_until_on is None else min(on, tranche.interest_until_on)
    if tranche.interest == InterestKind.SIMPLE:
        return round_half_up(accrue_simple(balances, rate=rate, until_on=until_on))
    if tranche.interest == InterestKind.COUPON and tranche.coupon_from_on is not None:
        from_on, months = tranche.coupon_from_on, tranche.coupon_months
        return round_half_up(accrue_coupons(balances, rate=rate, from_on=from_on, months=months, until_on=until_on))
    return 0


def compute_room(position: Position) -> int | None:
    """Work out the most that an investor can still be paid on the position's day, by the lowest of their caps.

    Args:
        position: Where they stand on that day.

    Returns:
        Pence, zero or more, rounded down, principal and return together; None where nothing limits.

    Source: return caps of published outcome contracts, by rate or multiple; a bare "% a year" may be simple.
    """
    rooms = [_room(position, cap) for cap in position.return_caps]
    return max(0, min(rooms)) if rooms else None


def _room(position: Position, cap: ReturnCap) -> int:
    if cap.kind == ReturnKind.IRR:
        return compute_payment_to_cap(position.flows, on=position.on, limit=cap.limit)
    if cap.kind == ReturnKind.SIMPLE:
        allowed = accrue_simple(position.balances, rate=cap.limit, until_on=position.on)
        return int(allowed) - position.returned + position.principal
    paid_in = -sum(flow.amount for flow in position.flows if flow.amount < 0)
    received = sum(flow.amount for flow in position.flows if flow.amount > 0)
    top, bottom = cap.limit.as_integer_ratio()
    return paid_in * top // bottom - received


def compute_declared(position: Position, *, rate: Decimal) -> int:
    """Work out a coupon that a result earns: a percentage of what is outstanding, rounded half up per investor.

    Args:
        position: Where the investor stands.
        rate: Percent for the period that the result is about, zero or more.

    Source: performance coupons of published bonds, such as 7.5 % on 7 million for Newpin's first year.
    """
    return round_half_up(Fraction(rate) * position.principal / 100)
