from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from foundation import clock, ids


def test_now_is_an_instant_in_utc():
    with time_machine.travel(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), tick=False):
        assert clock.now() == datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
        assert clock.now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 3, 28, 23, 59, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 29, 22, 59, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 26, 0, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_today_is_the_day_in_london_on_both_clock_changes(instant, day):
    with time_machine.travel(instant, tick=False):
        assert clock.today() == day


def test_public_id_has_its_prefix_and_22_base58_characters():
    prefix, _, rest = ids.new_public_id("app").partition("_")

    assert prefix == "app"
    assert len(rest) == 22
    assert set(rest) <= set(ids.ALPHABET)


def test_public_ids_are_all_different():
    assert len({ids.new_public_id("app") for _ in range(2000)}) == 2000


def test_base58_holds_the_smallest_and_the_largest_number():
    assert ids.encode_base58(0) == "1" * 22
    assert ids.encode_base58(57) == "1" * 21 + "z"
    assert ids.encode_base58(58) == "1" * 20 + "21"

    number = 0
    for character in ids.encode_base58(2**128 - 1):
        number = number * 58 + ids.ALPHABET.index(character)
    assert number == 2**128 - 1
