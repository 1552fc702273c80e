"""From debits and credits to transfers: an accountant writes legs, the ledger takes amounts from one side to another.

Legs are paired within one currency and one fund, which must each balance. Equal amounts find each other first; what
is left is paired in the order it was written. The same legs always give the same transfers.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from core.errors import InvalidInput

_NOBODY: Final = ("", "")


class Leg(NamedTuple):
    """One line of a journal: an account and perhaps an owner, debited or credited, in minor units."""

    account: str
    owner: str
    fund: str
    currency: str
    debit_pence: int
    credit_pence: int


class PairedLine(NamedTuple):
    """One amount from the credited side to the debited one; its fields are those of `ledger.operations.Line`."""

    debit: str
    credit: str
    amount: int
    debit_owner: str
    credit_owner: str
    fund: str
    currency: str


class LegUnusable(InvalidInput):
    """A leg is debited or credited with an amount above zero, and not both."""

    code = "treasury.leg_unusable"


class LegsUnbalanced(InvalidInput):
    """Debits and owed differ in a currency or a fund; `facts["differences"]` lists each."""

    code = "treasury.legs_unbalanced"


class LegsCancelOut(InvalidInput):
    """An account is debited and credited with the very same money, so that nothing would move."""

    code = "treasury.legs_cancel_out"


class Difference(NamedTuple):
    """How far the legs of a currency and a fund are from balancing: debits less credits, in minor units."""

    currency: str
    fund: str
    pence: int


Side = tuple[str, str]


def pair_legs(legs: Sequence[Leg]) -> list[PairedLine]:
    """Make transfers from legs: at most one fewer than there are legs, in each currency and fund.

    Args:
        legs: At least one debit and one credit; amounts in minor units.

    Returns:
        Transfers that debit and credit each account, owner and fund with exactly what its legs say.

    Raises:
        LegUnusable: a leg has no amount, both amounts, or one below zero; `facts["number"]` says which, from 1.
        LegsUnbalanced: a currency or fund does not balance.
        LegsCancelOut: an account would be paid from itself.
    """
    for number, leg in enumerate(legs, start=1):
        if min(leg.debit_pence, leg.credit_pence) != 0 or max(leg.debit_pence, leg.credit_pence) <= 0:
            raise LegUnusable("Give each line a debit or a credit above zero, not both.", number=number)
    differences = find_differences(legs)
    if differences:
        raise LegsUnbalanced("Debits and credits must be equal, in each fund and currency.", differences=differences)
    groups: dict[tuple[str, str], list[Leg]] = defaultdict(list)
    for leg in legs:
        groups[leg.currency, leg.fund].append(leg)
    return [
        PairedLine(debit[0], credit[0], amount, debit[1], credit[1], fund, currency)
        for (currency, fund), group in groups.items()
        for debit, credit, amount in _pair(group)
    ]


def find_differences(legs: Sequence[Leg]) -> list[Difference]:
    """List the currencies and funds whose debits and credits differ, in the order in which they first appear."""
    nets: dict[tuple[str, str], int] = defaultdict(int)
    for leg in legs:
        nets[leg.currency, leg.fund] += leg.debit_pence - leg.credit_pence
    return [Difference(currency, fund, pence) for (currency, fund), pence in nets.items() if pence]


def _pair(legs: Sequence[Leg]) -> Iterator[tuple[Side, Side, int]]:
    given = [((leg.account, leg.owner), leg.debit_pence) for leg in legs if leg.debit_pence]
    owed = [((leg.account, leg.owner), leg.credit_pence) for leg in legs if leg.credit_pence]
    both = {side for side, _amount in given} & {side for side, _amount in owed}
    if both:
        yield from _apart(given, owed, both)
        return
    found, given, owed = _equal(given, owed)
    yield from found
    yield from _in_order(given, owed)


Open = list[tuple[Side, int]]


def _equal(given: Open, owed: Open) -> tuple[list[tuple[Side, Side, int]], Open, Open]:
    """Pair a debit with the first credit of the same amount; give the pairs and what is left on each side."""
    by_amount: dict[int, deque[int]] = defaultdict(deque)
    for place, (_side, amount) in enumerate(owed):
        by_amount[amount].append(place)
    taken: set[int] = set()
    found, left = [], []
    for side, amount in given:
        if by_amount[amount]:
            place = by_amount[amount].popleft()
            taken.add(place)
            found.append((side, owed[place][0], amount))
        else:
            left.append((side, amount))
    return found, left, [one for place, one in enumerate(owed) if place not in taken]


def _in_order(given: Open, owed: Open) -> Iterator[tuple[Side, Side, int]]:
    """Pair what has no account on both sides, first with first, splitting the larger."""
    waiting = iter(owed)
    credit, credit_left = _NOBODY, 0
    for debit, amount in given:
        left = amount
        while left:
            if not credit_left:
                credit, credit_left = next(waiting)
            moved = min(left, credit_left)
            yield debit, credit, moved
            left -= moved
            credit_left -= moved


def _apart(given: Open, owed: Open, both: set[Side]) -> Iterator[tuple[Side, Side, int]]:
    """Pair where some account is on both sides, so that none is ever paired with itself.

    That works out as long as no such account has more, both sides together, than is left in all; so one that has
    exactly that much goes first, and no pair takes so much that another one comes to have more.
    """
    debit_left, credit_left = _summed(given), _summed(owed)
    total = sum(debit_left.values())
    while total:
        room = {one: total - debit_left.get(one, 0) - credit_left.get(one, 0) for one in both}
        if min(room.values()) < 0:
            account = min(room, key=lambda one: (room[one], one))[0]
            raise LegsCancelOut(f"Account {account} is debited and credited with the same money.", account=account)
        first = [one for one in sorted(both) if room[one] == 0]
        debit = next((one for one in first if one in debit_left), None) or _other_than(debit_left, first)
        credit = next((one for one in first if one in credit_left and one != debit), None)
        credit = credit or _other_than(credit_left, [debit])
        rest = [space for one, space in room.items() if one not in {debit, credit}]
        moved = min(debit_left[debit], credit_left[credit], *rest)
        yield debit, credit, moved
        total -= moved
        _take(debit_left, debit, moved)
        _take(credit_left, credit, moved)


def _summed(open_legs: Open) -> dict[Side, int]:
    found: dict[Side, int] = {}
    for side, amount in open_legs:
        found[side] = found.get(side, 0) + amount
    return found


def _other_than(left: dict[Side, int], avoided: Sequence[Side]) -> Side:
    return next((one for one in left if one not in avoided), next(iter(left)))


def _take(left: dict[Side, int], side: Side, moved: int) -> None:
    left[side] -= moved
    if not left[side]:
        del left[side]
