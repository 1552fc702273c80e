"""Caps on what a line comes to, before it is split between payers: each cuts what is above it and says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bonds.arithmetic.lines import Reduction, Step
from bonds.arithmetic.standing import Gauge, Standing
from bonds.arithmetic.terms import CapScope, Terms

ORDER: Final = (CapScope.PERSON, CapScope.COHORT, CapScope.METRIC, CapScope.PERIOD, CapScope.CONTRACT)
"""Which caps act one after the other; those of one scope act as they are written. A payer's act on its part.

Source: the order recommended in the specification of outcome contracts, section 1.5.
"""


class Limit:
    """A cap of a version with what adds up towards it."""

    __slots__ = ("code", "gauge", "is_by_number", "is_personal", "most", "payer", "place", "sums", "word")

    def __init__(self, code: str, most: int, gauge: Gauge, place: int) -> None:
        self.code, self.most, self.gauge, self.place = code, most, gauge, place
        self.sums = gauge.sums
        self.is_by_number = gauge.key.is_by_number
        self.is_personal = gauge.key.scope is CapScope.PERSON
        self.payer = gauge.key.payer
        self.word = f"{gauge.key.scope}_cap"

    def room(self, member: str) -> tuple[int, int]:
        """Tell what is used under a name, and what is left, in pence or units."""
        used = self.sums.get(member, 0)
        return used, max(0, self.most - used)


def limits_of(metric: str, terms: Terms, standing: Standing) -> tuple[Limit, ...]:
    """Gather the caps of a version that a metric adds up to, in the order in which they act, the payers' last.

    Args:
        metric: Its code.
        terms: The version.
        standing: Holds the gauges; `Limit.place` is the place among `standing.gauges_of(metric)`.
    """
    gauges = standing.gauges_of(metric)
    order = [*ORDER, CapScope.PAYER]
    caps = sorted(terms.caps, key=lambda cap: order.index(cap.scope))
    found = []
    for cap in caps:
        if not cap.metrics or metric in cap.metrics:
            gauge = standing.gauge_of(cap, terms)
            most = cap.count if cap.amount is None else cap.amount
            found.append(Limit(cap.code, most or 0, gauge, gauges.index(gauge)))
    return tuple(found)


def cut_to_limits(
    amount: int,
    units: int,
    *,
    worth_of: Callable[[int], int],
    limits: Sequence[Limit],
    members: Sequence[str | None],
    reductions: list[Reduction],
    steps: list[Step],
) -> tuple[int, int]:
    """Cut an amount to what the caps leave, one after the other.

    Args:
        amount: Pence, zero or more.
        units: Units behind it.
        worth_of: What the first so many of its units are worth; a cap by number leaves at most that.
        limits: The caps that act on the whole, in order.
        members: Under which name it adds up, by `Limit.place`; None where it does not.
        reductions: Gets what is cut, by name.
        steps: Gets one step for each cap that it adds up to, whether it cuts or not.

    Returns:
        Pence that are left, and units that no cap by number cut off.
    """
    counted = units
    for limit in limits:
        member = members[limit.place]
        if member is None:
            continue
        used = limit.sums.get(member, 0)
        left = limit.most - used if limit.most > used else 0
        if limit.is_by_number:
            counted = min(counted, left)
            left = worth_of(counted) if counted < units else amount
        facts: dict[str, object] = {"cap": limit.code, "limit": limit.most, "used": used}
        if member and not limit.is_personal:
            facts["of"] = member
        if left < amount:
            reductions.append(Reduction(limit.word, amount - left, facts))
            amount = left
        steps.append(Step(limit.word, amount, facts))
    return amount, counted
