"""Financial years as arithmetic: every day in exactly one, whatever was said about their ends."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treasury.arithmetic.years import (
    CALENDAR_YEARS,
    FIRST_DAY,
    MOST_MONTHS,
    Rule,
    Year,
    YearEnd,
    Years,
    add_months,
    becomes_too_long,
    find_year_end,
    month_of_day,
    years_by,
)

MARCH_31, SEPTEMBER_30, DECEMBER_31 = YearEnd(3, 31), YearEnd(9, 30), YearEnd(12, 31)
OF_MARCH = years_by([Rule(FIRST_DAY, MARCH_31)])
OF_FEBRUARY = years_by([Rule(FIRST_DAY, YearEnd(2, 29))])
ONE_DAY = timedelta(days=1)

ends = st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(lambda day: find_year_end(day.month, day.day))
days = st.dates(date(1950, 1, 1), date(2100, 12, 31))
several = st.lists(st.builds(Rule, days, ends), max_size=4).map(years_by)


@pytest.mark.parametrize(
    ("years", "day", "first_on", "last_on"),
    [
        (CALENDAR_YEARS, date(2026, 11, 22), date(2026, 1, 1), date(2026, 12, 31)),
        (CALENDAR_YEARS, date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31)),
        (CALENDAR_YEARS, date(2027, 1, 1), date(2027, 1, 1), date(2027, 12, 31)),
        (OF_MARCH, date(2026, 3, 31), date(2025, 4, 1), date(2026, 3, 31)),
        (OF_MARCH, date(2026, 4, 1), date(2026, 4, 1), date(2027, 3, 31)),
        (OF_FEBRUARY, date(2024, 2, 29), date(2023, 3, 1), date(2024, 2, 29)),
        (OF_FEBRUARY, date(2024, 3, 1), date(2024, 3, 1), date(2025, 2, 28)),
        (OF_FEBRUARY, date(2100, 2, 28), date(2099, 3, 1), date(2100, 2, 28)),
    ],
)
def test_the_year_of_a_day(years, day, first_on, last_on):
    assert years.year_of(day) == (first_on, last_on)


def test_a_short_year_where_the_new_end_comes_first():
    years = years_by([Rule(date(2026, 1, 1), MARCH_31)])

    assert years.year_of(date(2025, 12, 31)) == (date(2025, 1, 1), date(2025, 12, 31))
    short = years.year_of(date(2026, 2, 1))
    assert (short, short.months) == ((date(2026, 1, 1), date(2026, 3, 31)), 3)
    assert years.year_before(short) == (date(2025, 1, 1), date(2025, 12, 31))
    assert years.year_after(short) == (date(2026, 4, 1), date(2027, 3, 31))
    assert not years.is_end(date(2026, 12, 31))


def test_a_long_year_where_the_old_end_falls_away():
    years = years_by([Rule(date(2026, 4, 1), MARCH_31)])

    long = years.year_of(date(2026, 12, 31))
    assert (long, long.months, long.is_too_long) == ((date(2026, 1, 1), date(2027, 3, 31)), 15, False)
    assert years.year_after(long) == (date(2027, 4, 1), date(2028, 3, 31))
    assert [years.is_end(date(year, 3, 31)) for year in (2026, 2027)] == [False, True]


def test_eighteen_months_are_the_most():
    assert becomes_too_long(CALENDAR_YEARS, Rule(date(2026, 7, 1), YearEnd(6, 30))) is None
    too_long = becomes_too_long(CALENDAR_YEARS, Rule(date(2026, 8, 1), YearEnd(7, 31)))
    assert too_long == (date(2026, 1, 1), date(2027, 7, 31))
    assert Year(date(2026, 1, 1), date(2027, 6, 30)).months == MOST_MONTHS
    assert Year(date(2026, 1, 1), date(2027, 7, 1)).is_too_long


def test_the_last_word_counts_from_its_day_on():
    first, second = Rule(date(2026, 1, 1), MARCH_31), Rule(date(2028, 1, 1), SEPTEMBER_30)

    both = years_by([first, second])
    assert [one.end for one in both.rules] == [DECEMBER_31, MARCH_31, SEPTEMBER_30]
    assert both.ends_from(date(2027, 1, 1)) == {MARCH_31, SEPTEMBER_30}
    assert both.year_of(date(2028, 5, 1)) == (date(2027, 4, 1), date(2028, 9, 30))
    assert years_by([second, first]).ends_from(date(2026, 1, 1)) == {MARCH_31}


@pytest.mark.parametrize(
    ("month", "day", "found"),
    [
        (3, 31, MARCH_31), (2, 28, YearEnd(2, 29)), (2, 29, YearEnd(2, 29)), (2, 27, YearEnd(2, 27)), (4, 5, (4, 5)),
        (2, 30, None), (4, 31, None), (13, 1, None), (0, 1, None), (6, 0, None), (1, -1, None),
    ],
)  # fmt: skip
def test_a_day_of_the_year(month, day, found):
    assert find_year_end(month, day) == found


def test_a_whole_year_stands_beside_the_one_before_and_other_days_a_year_earlier():
    years = years_by([Rule(FIRST_DAY, DECEMBER_31), Rule(date(2026, 1, 1), MARCH_31)])

    assert years.compared(date(2026, 1, 1), date(2026, 3, 31)) == (date(2025, 1, 1), date(2025, 12, 31))
    assert years.compared(date(2026, 4, 1), date(2027, 3, 31)) == (date(2026, 1, 1), date(2026, 3, 31))
    assert years.compared(date(2027, 4, 1), date(2027, 11, 22)) == (date(2026, 4, 1), date(2026, 11, 22))
    assert years.compared_as_of(date(2026, 3, 31)) == (date(2025, 1, 1), date(2025, 12, 31))
    assert years.compared_as_of(date(2027, 6, 30)) == (date(2026, 4, 1), date(2026, 6, 30))
    assert OF_FEBRUARY.compared_as_of(date(2024, 2, 29)) == (date(2022, 3, 1), date(2023, 2, 28))


@pytest.mark.parametrize(
    ("day", "first_on", "last_on"),
    [
        (date(2026, 4, 1), date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 11, 22), date(2026, 10, 1), date(2026, 12, 31)),
        (date(2026, 3, 31), date(2026, 1, 1), date(2026, 3, 31)),
    ],
)
def test_quarters_of_a_year_that_ends_in_march(day, first_on, last_on):
    assert OF_MARCH.quarter_of(day) == (first_on, last_on)


def test_the_last_quarter_of_a_short_year_is_cut_off():
    years = years_by([Rule(date(2026, 1, 1), YearEnd(4, 30))])

    assert years.quarter_of(date(2026, 4, 10)) == (date(2026, 4, 1), date(2026, 4, 30))


def test_months():
    assert month_of_day(date(2024, 2, 10)) == (date(2024, 2, 1), date(2024, 2, 29))
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert add_months(date(2026, 5, 5), -5) == date(2025, 12, 5)


@given(years=several, day=days)
def test_every_day_lies_in_one_year_and_years_follow_each_other(years: Years, day):
    year = years.year_of(day)

    assert year.first_on <= day <= year.last_on
    assert years.is_end(year.last_on)
    assert years.is_end(year.first_on - ONE_DAY)
    assert not any(years.is_end(year.first_on + ONE_DAY * n) for n in range((year.last_on - year.first_on).days))
    assert years.year_of(year.first_on) == years.year_of(year.last_on) == year
    assert years.year_before(year).last_on == year.first_on - ONE_DAY
    assert years.year_after(year).first_on == year.last_on + ONE_DAY
    quarter = years.quarter_of(day)
    assert year.first_on <= quarter.first_on <= day <= quarter.last_on <= year.last_on


@given(end=ends, day=days)
def test_without_a_change_a_year_has_twelve_months(end, day):
    year = years_by([Rule(FIRST_DAY, end)]).year_of(day)

    assert (year.months, year.is_too_long) == (12, False)
    assert 365 <= (year.last_on - year.first_on).days + 1 <= 366


@given(years=several, rule=st.builds(Rule, days, ends), day=days)
def test_a_change_leaves_every_year_end_before_its_day(years: Years, rule, day):
    changed = years.with_rule(rule)

    if day < rule.from_on:
        assert changed.is_end(day) == years.is_end(day)
    else:
        assert changed.is_end(day) == (rule.end.in_year(day.year) == day)
