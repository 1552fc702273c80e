"""What payers may still have to pay at most: what the caps leave, and whose part of it that is.

Everything here is the most it can be, never an expectation: a part of what is left is rounded up, and a result of a
year that has passed counts until the last day on which it can be claimed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bonds.arithmetic.pricing import WHOLE_PERCENT
from bonds.arithmetic.terms import Cap, CapScope, Period, ShareKind, Terms

_ALWAYS: Final = Period()


@dataclass(frozen=True, slots=True)
class Room:
    """A cap in money with what is used of it.

    Attributes:
        cap: As the terms have it.
        member: The result or the first day of the period that it counts here; empty where it counts all.
        used: Pence.
        ends_on: For a period: the day after the last on which what falls into it can be claimed.
        waiting: Pence at the tariff that were claimed for the period and wait for a decision.
    """

    cap: Cap
    member: str
    used: int
    ends_on: date | None = None
    waiting: int = 0

    @property
    def most(self) -> int:
        """What the cap lets through, in pence."""
        return self.cap.amount or 0

    @property
    def left(self) -> int:
        """What it still lets through."""
        return max(0, self.most - self.used)

    def left_on(self, on: date) -> int:
        """What it lets through from a day on; once nothing can be claimed for a period, at most what waits."""
        return min(self.left, self.waiting) if self.ends_on is not None and self.ends_on <= on else self.left


def left_of_contract(rooms: Sequence[Room], *, on: date) -> int | None:
    """Tell the most that all payers together can still owe; None where no cap says.

    Args:
        rooms: Of every cap of the terms that counts in money.
        on: The day.
    """
    bounds = [room.left for room in rooms if room.cap.scope is CapScope.CONTRACT and _counts_all(room.cap)]
    by_period: dict[str, int] = {}
    for room in rooms:
        if room.cap.scope is CapScope.PERIOD and room.member and _counts_all(room.cap):
            by_period[room.cap.code] = by_period.get(room.cap.code, 0) + room.left_on(on)
    return min([*bounds, *by_period.values()], default=None)


def left_of_payer(payer: str, rooms: Sequence[Room], terms: Terms, *, on: date) -> int | None:
    """Tell the most that one payer can still owe; None where no cap says.

    Args:
        payer: Short name.
        rooms: Of every cap of the terms that counts in money.
        terms: In force.
        on: The day.
    """
    bounds = [
        room.left
        for room in rooms
        if room.cap.scope is CapScope.PAYER and room.cap.payer == payer and _counts_all(room.cap)
    ]
    whole = left_of_contract(rooms, on=on)
    if whole is not None:
        bounds.append(_largest_part(payer, whole, terms))
    return min(bounds, default=None)


def left_of_metric(metric: str, rooms: Sequence[Room], *, on: date) -> int | None:
    """Tell the most that can still be paid for one result; None where no cap says."""
    bounds = [room.left for room in rooms if room.cap.scope is CapScope.METRIC and room.member == metric]
    whole = left_of_contract(rooms, on=on)
    return min([*bounds, *([] if whole is None else [whole])], default=None)


def _counts_all(cap: Cap) -> bool:
    return not cap.metrics and cap.period == _ALWAYS


def _largest_part(payer: str, whole: int, terms: Terms) -> int:
    """The largest part that any of the terms' shares gives a payer, rounded up; all of it where shares do not say."""
    if terms.is_excess_respread or any(share.kind is not ShareKind.PERCENT for share in terms.shares):
        return whole
    largest = max((share.amount for share in terms.shares if share.payer == payer), default=0)
    return -(-whole * largest // WHOLE_PERCENT)
