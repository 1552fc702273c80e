"""What an investment came to: how many times its money, its internal rate of return, and what its cap still allows.

The rate is found by pyxirr, which reckons in floats; nothing that is paid is worked out from it. What is paid comes
from `compute_payment_to_cap`, in exact decimals.

Source: XIRR as spreadsheets have it: the rate at which the flows are worth nothing on the day of the first, ACT/365F.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Final

import pyxirr

from bonds.arithmetic.interest import DAYS_IN_YEAR
from core.errors import InvalidInput


class DayCount(StrEnum):
    """How days are made years. Deals and spreadsheets use the first; the others are for comparing with print."""

    ACT_365F = "act_365f"
    ACT_360 = "act_360"
    ACT_ACT = "act_act"
    THIRTY_360 = "thirty_360"


class RateState(StrEnum):
    """Whether an internal rate of return can be told."""

    UNIQUE = "unique"
    NOT_UNIQUE = "not_unique"  # flows change sign more than once: other rates fit as well
    TOTAL_LOSS = "total_loss"  # nothing came back: all is lost, which no rate expresses
    UNDEFINED = "undefined"  # nothing was paid in, or no rate was found


class FlowsAfterPayment(InvalidInput):
    """A payment up to a cap is asked for on a day before some of what was paid."""

    code = "bonds.returns.flows_after"


@dataclass(frozen=True, slots=True)
class Flow:
    """Money between an investor and the deal, in pence: below zero what they paid in, above what they got."""

    on: date
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """What an investment came to. The multiple comes first: it needs no method and is never ambiguous.

    Attributes:
        paid_in: Pence.
        paid_out: Pence.
        multiple: Paid out over paid in, to six places; None while nothing was paid in.
        rate: Internal rate of return in percent a year, to eight places; None where there is none.
        rate_state: Whether there is, and why not.
        sign_changes: How often the flows turn; rates may be as many.
    """

    paid_in: int
    paid_out: int
    multiple: Decimal | None
    rate: Decimal | None
    rate_state: RateState
    sign_changes: int


# The library's number is good to some twelve places: more would be noise.
_FRACTION_PLACES: Final = Decimal("1e-12")
_RATE_PLACES: Final = Decimal("1e-8")
_MULTIPLE_PLACES: Final = Decimal("1e-6")
# Above a hundred thousand million percent a rate says only that somebody was paid back within days.
_MOST_RATE: Final = 10**9
# Beyond what any sum of money in pence and any number of years could make uncertain.
_DIGITS: Final = 60
_DAY_COUNTS: Final = {
    DayCount.ACT_365F: pyxirr.DayCount.ACT_365F,
    DayCount.ACT_360: pyxirr.DayCount.ACT_360,
    DayCount.ACT_ACT: pyxirr.DayCount.ACT_ACT_ISDA,
    DayCount.THIRTY_360: pyxirr.DayCount.THIRTY_360_ISDA,
}


def compute_returns(flows: Sequence[Flow]) -> Returns:
    """Work out multiple and internal rate of return of dated flows.

    Args:
        flows: In any order, signed as the investor sees them.

    Returns:
        Both, and whether the rate can be relied on: none for a total loss or without a change of sign, and "not
        unique" with more than one change of sign, as recycling and new calls make them.

    Source: XIRR, ACT/365F; several changes of sign may have as many rates (Descartes' rule of signs).
    """
    paid_in = -sum(flow.amount for flow in flows if flow.amount < 0)
    paid_out = sum(flow.amount for flow in flows if flow.amount > 0)
    changes = count_sign_changes(flows)
    rate = compute_rate(flows)
    return Returns(
        paid_in=paid_in,
        paid_out=paid_out,
        multiple=_multiple(paid_in, paid_out),
        rate=None if rate is None else (rate * 100).quantize(_RATE_PLACES, rounding=ROUND_HALF_UP),
        rate_state=_rate_state(paid_in, paid_out, rate, changes),
        sign_changes=changes,
    )


def compute_rate(flows: Sequence[Flow], *, day_count: DayCount = DayCount.ACT_365F) -> Decimal | None:
    """Find the internal rate of return of dated flows, as a fraction: 0.065 is 6.5 %.

    Args:
        flows: In any order, signed as the investor sees them.
        day_count: How days are made years.

    Returns:
        The rate to twelve places; None where flows never change sign, none was found, or it is beyond all meaning.

    Source: XIRR by pyxirr, whose default is ACT/365F, as in spreadsheets.
    """
    days = _by_day(flows)
    if not count_sign_changes(flows):
        return None
    found = pyxirr.xirr(
        [flow.on for flow in days], [flow.amount for flow in days], day_count=_DAY_COUNTS[day_count], silent=True
    )
    if found is None or not math.isfinite(found) or found > _MOST_RATE:
        return None
    return Decimal(repr(found)).quantize(_FRACTION_PLACES, rounding=ROUND_HALF_UP)


def count_sign_changes(flows: Sequence[Flow]) -> int:
    """Count how often flows turn from paying in to being paid or back; those of one day are taken together."""
    signs = [flow.amount > 0 for flow in _by_day(flows)]
    return sum(before != after for before, after in pairwise(signs))


def compute_payment_to_cap(flows: Sequence[Flow], *, on: date, limit: Decimal) -> int:
    """Work out what an investor can be paid on a day so that their internal rate of return is at most a limit.

    It is what they paid in, grown at the limit to the day, less what they got, grown alike; rounded down to the
    penny, the one rounding point.

    Args:
        flows: All money between them and the deal so far, on or before the day.
        on: The day of payment.
        limit: Percent a year, zero or more.

    Returns:
        Pence, zero or more. With one penny more the limit would be passed.

    Raises:
        FlowsAfterPayment: some of the flows are later than the day.

    Source: return caps by internal rate of published outcome contracts; XIRR, ACT/365F.
    """
    late = [flow.on for flow in flows if flow.on > on]
    if late:
        raise FlowsAfterPayment("A payment cannot be worked out for a day before earlier ones.", on=on, late=max(late))
    payment = max(0, int((-_value_on(flows, on, limit)).to_integral_value(rounding=ROUND_DOWN)))
    # The check of what was just worked out: nothing is left over at the limit but a part of a penny.
    left = -_value_on([*flows, Flow(on, payment)], on, limit)
    assert payment == 0 or 0 <= left < 1, "the payment up to the cap is off by a penny or more"
    return payment


def _value_on(flows: Sequence[Flow], on: date, limit: Decimal) -> Decimal:
    """Value flows on a day, each grown at the limit from its own day."""
    with localcontext() as context:
        context.prec = _DIGITS
        return sum((flow.amount * _growth(limit, (on - flow.on).days) for flow in flows), Decimal(0))


@lru_cache(maxsize=65536)
def _growth(limit: Decimal, days: int) -> Decimal:
    """Give what one grows to in so many days: (1 + rate)^(days/365)."""
    with localcontext() as context:
        context.prec = _DIGITS
        return (1 + limit / 100) ** (Decimal(days) / DAYS_IN_YEAR)


def _by_day(flows: Sequence[Flow]) -> list[Flow]:
    """Add up the flows of each day, in order; days on which nothing is left over go."""
    sums: dict[date, int] = defaultdict(int)
    for flow in flows:
        sums[flow.on] += flow.amount
    return [Flow(on, amount) for on, amount in sorted(sums.items()) if amount]


def _multiple(paid_in: int, paid_out: int) -> Decimal | None:
    if not paid_in:
        return None
    return (Decimal(paid_out) / paid_in).quantize(_MULTIPLE_PLACES, rounding=ROUND_HALF_UP)


def _rate_state(paid_in: int, paid_out: int, rate: Decimal | None, changes: int) -> RateState:
    if paid_in and not paid_out:
        return RateState.TOTAL_LOSS
    if rate is None:
        return RateState.UNDEFINED
    return RateState.UNIQUE if changes == 1 else RateState.NOT_UNIQUE
