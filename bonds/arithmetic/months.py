"""Months, as contracts count them: from a day to the same day, or to the last day of a month that is shorter."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

MONTHS_IN_YEAR = 12


def add_months(day: date, months: int) -> date:
    """Go so many months on, or back.

    Args:
        day: Any day.
        months: Whole months; below zero to go back.

    Returns:
        The same day of that month, or its last day where it has no such day: 31 August and six months is 28 February.

    Source: the corresponding date rule, Dodds v Walker [1981] 1 WLR 1027 (HL).
    """
    year, month = divmod(day.year * MONTHS_IN_YEAR + day.month - 1 + months, MONTHS_IN_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def count_months(start: date, day: date) -> int:
    """Count the whole months from one day to another: the most that `add_months` can go without passing it.

    Args:
        start: The day from which is counted.
        day: Any day; before the start the number is below zero.

    Source: as `add_months`.
    """
    months = (day.year - start.year) * MONTHS_IN_YEAR + day.month - start.month
    return months if add_months(start, months) <= day else months - 1


def compute_age(born_on: date, on: date) -> int:
    """Tell the age in whole years on a day.

    Somebody is a year older from the first moment of the birthday; who was born on 29 February, on 1 March of a year
    that has no such day.

    Args:
        born_on: Day of birth.
        on: Any day from then on.

    Source: Family Law Reform Act 1969 s.9 (a person attains an age at the start of the anniversary).
    """
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
