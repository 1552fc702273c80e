from datetime import UTC, date, datetime, timedelta

import pytest

from core.errors import InvalidInput
from core.periods import Period, PeriodEmpty, legal_day, start_of_day


@pytest.mark.parametrize(
    ("at", "day"),
    [
        # 2026: clocks go forward on 29 March at 01:00 UTC and back on 25 October at 01:00 UTC.
        (datetime(2026, 3, 28, 23, 59, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 29, 0, 0, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 59, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 26, 0, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_the_legal_day_is_the_day_in_london_on_both_clock_changes(at, day):
    assert legal_day(at) == day


@pytest.mark.parametrize(
    ("on", "hours"),
    [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)],
)
def test_a_legal_day_begins_at_midnight_in_london(on, hours):
    assert legal_day(start_of_day(on)) == on
    assert legal_day(start_of_day(on) - timedelta(microseconds=1)) == on - timedelta(days=1)
    assert start_of_day(on + timedelta(days=1)) - start_of_day(on) == timedelta(hours=hours)


def test_an_instant_without_a_time_zone_has_no_legal_day():
    with pytest.raises(InvalidInput):
        legal_day(datetime(2026, 3, 29, 12, 0))


def test_a_period_is_half_open():
    year = Period(date(2025, 4, 1), date(2026, 4, 1))

    assert year.days == 365
    assert date(2025, 4, 1) in year
    assert date(2026, 3, 31) in year
    assert date(2026, 4, 1) not in year


def test_a_period_must_have_a_day():
    with pytest.raises(PeriodEmpty):
        Period(date(2026, 1, 1), date(2026, 1, 1))
