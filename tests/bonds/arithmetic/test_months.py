from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bonds.arithmetic.months import add_months, compute_age, count_months

DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2022, 8, 31), 6, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 12, 1), 1, date(2025, 1, 1)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 5, 15), 0, date(2024, 5, 15)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last(day, months, expected):
    assert add_months(day, months) == expected


@given(DAYS, DAYS)
def test_the_whole_months_between_two_days_are_the_most_that_do_not_pass_the_second(start, day):
    months = count_months(start, day)

    assert add_months(start, months) <= day < add_months(start, months + 1)


@pytest.mark.parametrize(
    ("born_on", "on", "age"),
    [
        (date(2008, 5, 10), date(2024, 5, 9), 15),
        (date(2008, 5, 10), date(2024, 5, 10), 16),
        (date(2008, 5, 10), date(2024, 5, 11), 16),
        (date(2008, 2, 29), date(2022, 2, 28), 13),
        (date(2008, 2, 29), date(2022, 3, 1), 14),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
    ],
)
def test_somebody_is_older_from_the_birthday_on(born_on, on, age):
    assert compute_age(born_on, on) == age
