"""Interest on what is outstanding: by days, simple, or as fixed coupons. Exact; rounded once, half up per investor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from bonds.arithmetic.months import MONTHS_IN_YEAR, add_months
from core.errors import InvalidInput

# ACT/365F: days as they are, over 365 in every year, leap years too. Source: ISDA 2006 Definitions 4.16(d).
DAYS_IN_YEAR = 365
Balance = tuple[date, int]


class BalancesOutOfOrder(InvalidInput):
    """Balances over time are not given in the order of their days."""

    code = "bonds.interest.out_of_order"


def round_half_up(amount: Fraction) -> int:
    """Round an exact figure of zero or more to the nearest whole penny, a half up."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def accrue_simple(balances: Sequence[Balance], *, rate: Decimal, until_on: date) -> Fraction:
    """Work out simple interest on a balance that changed over time. Not rounded.

    The day on which money comes in earns, the day on which it goes out does not. Interest earns nothing itself.

    Args:
        balances: From each day on what was outstanding, in pence, days rising.
        rate: Percent a year, zero or more.
        until_on: The first day that does not count.

    Returns:
        Pence since the first balance, exact: sums of periods are therefore the sum of the whole.

    Raises:
        BalancesOutOfOrder: the days do not rise.

    Source: day count ACT/365F (ISDA 2006 Definitions 4.16(d)), the rule of the published loan ledgers.
    """
    percent, part = rate.as_integer_ratio()
    penny_days = sum(amount * (end - start).days for start, end, amount in _spans(balances, until_on))
    return Fraction(penny_days * percent, part * 100 * DAYS_IN_YEAR)


def accrue_coupons(
    balances: Sequence[Balance], *, rate: Decimal, from_on: date, months: int, until_on: date
) -> Fraction:
    """Work out the fixed coupons that have fallen due. Not rounded.

    Each coupon is for one whole period of so many months. For money that was outstanding for only a part of it, the
    coupon counts by the days of that part over the days of the period.

    Args:
        balances: From each day on what was outstanding, in pence, days rising.
        rate: Percent a year, zero or more.
        from_on: First day of the first period.
        months: Length of a period, 1 or more.
        until_on: Periods that end on or before this day count.

    Returns:
        Pence of all coupons due, exact.

    Raises:
        BalancesOutOfOrder: the days do not rise.

    Source: day count ACT/ACT (ICMA Rule 251), under which every whole period earns the same.
    """
    spans = list(_spans(balances, until_on))
    total = Fraction(0)
    start, number = from_on, 1
    while (end := add_months(from_on, number * months)) <= until_on:
        penny_days = sum(
            amount * max(0, (min(end, span_end) - max(start, span_start)).days)
            for span_start, span_end, amount in spans
        )
        total += Fraction(penny_days, (end - start).days)
        start, number = end, number + 1
    return total * Fraction(rate) / 100 * months / MONTHS_IN_YEAR


def _spans(balances: Sequence[Balance], until_on: date) -> Iterator[tuple[date, date, int]]:
    """Give each stretch of days with what was outstanding on them."""
    for (start, amount), (end, _) in pairwise([*balances, (date.max, 0)]):
        if end < start:
            raise BalancesOutOfOrder("Balances have to be given in the order of their days.", on=start)
        if start < until_on:
            yield start, min(end, until_on), amount
