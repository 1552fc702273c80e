"""Postcodes are cut to their districts, distances are whole miles, pins stand on the map."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.arithmetic import distance_miles, district_of, is_more_than_a_district, map_point
from marketplace.states import Standing, standing_of
from tests.marketplace.making import CLOSES, NOW, OPENS


@pytest.mark.parametrize(
    ("typed", "district"),
    [
        ("gl54 1ab", "GL54"),
        ("GL541AB", "GL54"),
        ("  gl54   1AB ", "GL54"),
        ("GL54 1", "GL54"),
        ("gl54", "GL54"),
        ("BS1 4ST", "BS1"),
        ("BS14ST", "BS1"),
        ("SW1A 1AA", "SW1A"),
        ("bt1 5gs", "BT1"),
        ("Bristol", ""),
        ("", ""),
        ("GL54 1ABC", ""),
        ("1AB GL54", ""),
    ],
)
def test_a_postcode_is_cut_to_its_district(typed, district):
    assert district_of(typed) == district


@pytest.mark.parametrize(
    ("typed", "more"), [("GL54 1AB", True), ("gl541ab", True), ("GL54 1", True), ("gl54", False), ("Hull", False)]
)
def test_what_is_more_than_a_district_is_told(typed, more):
    assert is_more_than_a_district(typed) is more


def test_distance_is_in_whole_miles_rounded_down():
    # Bristol BS1 to London EC1A, about 105 miles on the grid.
    assert distance_miles(easting=358_953, northing=172_936, to_easting=531_914, to_northing=181_604) == 107
    assert distance_miles(easting=0, northing=0, to_easting=1_608, to_northing=0) == 0
    assert distance_miles(easting=0, northing=0, to_easting=1_609, to_northing=0) == 1


def test_a_pin_stands_in_kilometres_with_north_on_top():
    assert map_point(easting=358_953, northing=172_936) == (358, 1048)


@pytest.mark.parametrize(
    ("state", "at", "is_full", "standing"),
    [
        ("open", OPENS - timedelta(seconds=1), False, Standing.UPCOMING),
        ("open", OPENS, False, Standing.OPEN),
        ("open", CLOSES - timedelta(seconds=1), False, Standing.OPEN),
        ("open", CLOSES, False, Standing.CLOSED),
        ("open", NOW, True, Standing.FULL),
        ("paused", NOW, False, Standing.PAUSED),
        ("paused", CLOSES, False, Standing.CLOSED),
        ("closed", NOW, False, Standing.CLOSED),
        ("succeeded", NOW, True, Standing.SUCCEEDED),
        ("allotted", CLOSES, True, Standing.ALLOTTED),
        ("failed", NOW, False, Standing.FAILED),
        ("refunded", NOW, False, Standing.REFUNDED),
        ("approved", NOW, False, Standing.UPCOMING),
    ],
)
def test_standing_reads_the_state_together_with_the_clock(state, at, is_full, standing):
    assert standing_of(state=state, opens_at=OPENS, closes_at=CLOSES, at=at, is_full=is_full) is standing
