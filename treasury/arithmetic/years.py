"""Financial years: which days belong together in the accounts, also when a society moves the end of its year.

Pure. A year ends on the same day of each calendar year until another day holds. Every day lies in exactly one
financial year, and a year begins on the day after the one before it ended.

Source: Co-operative and Community Benefit Societies Act 2014 s.77 (societies registered since 8 January 2012) and
s.78 (older ones); Companies Act 2006 s.390-392. Which day a body has registered is what it says here; nothing looks
it up at the FCA or at Companies House.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from core.reports import a_year_before

MOST_MONTHS: Final = 18
"""No financial year is longer than this.

Source: 2014 Act s.77(7)(b), read on legislation.gov.uk; s.78(6)(b), read as clause 78 of the Bill; Companies Act 2006
s.392(5), not read in the Act itself: check it. As of 22 November 2026. Both Acts also want five years between two
extensions (s.77(7)(a); s.392(3), with exceptions), and we do not know what happened before a body came here: the page
says it, and nothing here enforces it.
"""
QUARTER_MONTHS: Final = 3
FEBRUARY: Final = 2
LAST_OF_FEBRUARY: Final = 29
"""How the last day of February is kept; the 28th is taken for it too."""
FIRST_DAY: Final = date(1900, 1, 1)
"""From which a year end holds that "has always been so"."""
LAST_DAY: Final = date(2999, 12, 31)
_ONE_DAY: Final = timedelta(days=1)
_LEAP_YEAR: Final = 2000
_DECEMBER: Final = 12


class YearEnd(NamedTuple):
    """A day of every calendar year on which financial years end; 29 February is the last day of that month."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        """Give the day in a calendar year."""
        return date(year, self.month, min(self.day, monthrange(year, self.month)[1]))

    def on_or_after(self, day: date) -> date:
        """Give the first such day that is not before a day."""
        found = self.in_year(day.year)
        return found if found >= day else self.in_year(day.year + 1)

    def before(self, day: date) -> date:
        """Give the last such day before a day."""
        found = self.in_year(day.year)
        return found if found < day else self.in_year(day.year - 1)


DEFAULT_YEAR_END: Final = YearEnd(12, 31)
"""The year end of whoever has not said another.

Source: 2014 Act s.78(2)(b)(ii), for societies from before 2012 that publish no balance sheet around the new year. A
younger society's own is the end of the month in which it was registered (s.77(4)), which we do not know: the page says
that nobody has set one.
"""


def find_year_end(month: int, day: int) -> YearEnd | None:
    """Make a year end of a month and a day of it; None where there is no such day. 28 February is 29 February."""
    if not 1 <= month <= _DECEMBER or not 1 <= day <= monthrange(_LEAP_YEAR, month)[1]:
        return None
    is_last_of_february = month == FEBRUARY and day >= LAST_OF_FEBRUARY - 1
    return YearEnd(FEBRUARY, LAST_OF_FEBRUARY) if is_last_of_february else YearEnd(month, day)


class Year(NamedTuple):
    """A stretch of days, a financial year or a part of one; both its ends count."""

    first_on: date
    last_on: date

    @property
    def months(self) -> int:
        """How many months it has; one that is begun counts."""
        count = 1
        while add_months(self.first_on, count) <= self.last_on:
            count += 1
        return count

    @property
    def is_too_long(self) -> bool:
        """Whether it is longer than the law lets a financial year be."""
        return self.last_on >= add_months(self.first_on, MOST_MONTHS)


class Rule(NamedTuple):
    """Years that end on or after `from_on` end on this day of the year."""

    from_on: date
    end: YearEnd


@dataclass(frozen=True, slots=True)
class Years:
    """The financial years of an organisation.

    Attributes:
        rules: By their first day, which begins before every day that is asked about.
    """

    rules: tuple[Rule, ...] = (Rule(date.min, DEFAULT_YEAR_END),)

    def with_rule(self, rule: Rule) -> Years:
        """Let another year end hold from a day on: what was said about days from there on counts no more."""
        return Years((*(one for one in self.rules if one.from_on < rule.from_on), rule))

    def rule_on(self, day: date) -> Rule:
        """Give the rule by which a year ends, should one end on this day."""
        return next(one for one in reversed(self.rules) if one.from_on <= day)

    def ends_from(self, day: date) -> set[YearEnd]:
        """Give every year end that holds on a day or later."""
        return {self.rule_on(day).end, *(one.end for one in self.rules if one.from_on > day)}

    def is_end(self, day: date) -> bool:
        """Tell whether a financial year ends on a day."""
        return self.rule_on(day).end.in_year(day.year) == day

    def end_on_or_after(self, day: date) -> date:
        """Give the first year end that is not before a day."""
        for rule, until_on in zip(self.rules, (*(one.from_on for one in self.rules[1:]), None), strict=True):
            found = rule.end.on_or_after(max(day, rule.from_on))
            if until_on is None or found < until_on:
                return found
        raise AssertionError("the last rule has no end")

    def end_before(self, day: date) -> date:
        """Give the last year end before a day."""
        limit = day
        for rule in reversed(self.rules):
            found = rule.end.before(limit)
            if found >= rule.from_on:
                return found
            limit = min(limit, rule.from_on)
        raise AssertionError("the first rule has no beginning")

    def year_of(self, day: date) -> Year:
        """Give the financial year in which a day lies."""
        return Year(self.end_before(day) + _ONE_DAY, self.end_on_or_after(day))

    def year_before(self, year: Year) -> Year:
        """Give the financial year before one; it may be longer or shorter."""
        return self.year_of(year.first_on - _ONE_DAY)

    def year_after(self, year: Year) -> Year:
        """Give the financial year after one; it may be longer or shorter."""
        return self.year_of(year.last_on + _ONE_DAY)

    def quarter_of(self, day: date) -> Year:
        """Give the three months of the financial year in which a day lies; the last of a short year are cut off."""
        year = self.year_of(day)
        number = 0
        while add_months(year.first_on, QUARTER_MONTHS * (number + 1)) <= day:
            number += 1
        first_on = add_months(year.first_on, QUARTER_MONTHS * number)
        next_on = add_months(year.first_on, QUARTER_MONTHS * (number + 1))
        return Year(first_on, min(next_on - _ONE_DAY, year.last_on))

    def compared(self, from_on: date, through_on: date) -> Year:
        """Give the days to compare some days with.

        A whole financial year stands beside the one before it, however long that was: its comparative by the
        accounts. Any other stretch stands beside the same days a year earlier.
        """
        year = self.year_of(through_on)
        if (from_on, through_on) == year:
            return self.year_before(year)
        return Year(a_year_before(from_on), a_year_before(through_on))

    def compared_as_of(self, on: date) -> Year:
        """Give the day to compare a day with, and where its year begins: a year end stands beside the one before."""
        year = self.year_of(on)
        if on == year.last_on:
            return self.year_before(year)
        earlier = a_year_before(on)
        return Year(self.year_of(earlier).first_on, earlier)


CALENDAR_YEARS: Final = Years()


def years_by(rules: Iterable[Rule]) -> Years:
    """Make the financial years from what was said, in the order in which it was said: the last word counts."""
    years = CALENDAR_YEARS
    for rule in rules:
        years = years.with_rule(rule)
    return years


def month_of_day(day: date) -> Year:
    """Give the calendar month in which a day lies."""
    first_on = day.replace(day=1)
    return Year(first_on, add_months(first_on, 1) - _ONE_DAY)


def add_months(day: date, months: int) -> date:
    """Give the same day some months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * _DECEMBER + day.month - 1 + months, _DECEMBER)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def becomes_too_long(years: Years, rule: Rule) -> Year | None:
    """Find the financial year that a change would make longer than the law allows; None where it makes none.

    Source: 2014 Act s.77(7)(b); Companies Act 2006 s.392(5).
    """
    changed = years.with_rule(rule)
    year = changed.year_of(changed.end_on_or_after(rule.from_on))
    return year if year.is_too_long else None
