"""Small counts are not shown, and nothing that is shown gives one away."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bonds.arithmetic.public_counts import Count, Hidden, Shown, find_threshold, protect

TEN = 10


def people(*counts: int) -> list[Count]:
    return [Count(count, count) for count in counts]


def show(*counts: int):
    row = protect(people(*counts), Count(sum(counts), sum(counts)), threshold=TEN)
    words = {Hidden.SMALL: "<", Hidden.WITHHELD: "-"}
    return [words[one.hidden] if one.hidden else one.results for one in (*row.counts, row.total)]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((10, 25), [10, 25, 35]),
        # The 25 goes too, or 9 would follow from the total; 34 - 10 leaves everything below ten possible.
        ((9, 25), ["<", "-", 34]),
        ((0, 25), ["<", "-", 25]),
        # 21 together would leave at least 1 and at most 11: eleven is more than nine, so nothing follows.
        ((1, 20), ["<", "-", 21]),
        # 18 together less the ten that the other has at least leaves at most 8: the total goes instead.
        ((1, 17), ["<", 17, "-"]),
        ((3, 4, 40, 60), ["<", "<", "-", 60, 107]),
        ((3, 4), ["<", "<", "<"]),
        ((9, 9), ["<", "<", "-"]),
        ((), ["<"]),
        ((0,), ["<", "<"]),
        ((12,), [12, 12]),
    ],
)
def test_what_is_shown(counts, shown):
    assert show(*counts) == shown


def test_many_results_of_few_people_are_small():
    row = protect([Count(30, 3), Count(50, 20)], Count(80, 22), threshold=TEN)

    assert row.counts[0] == Shown(None, Hidden.SMALL)
    assert row.counts[1].hidden is Hidden.WITHHELD


def test_the_threshold_is_that_of_the_day():
    assert find_threshold(date(2026, 11, 22)) == TEN


@given(st.lists(st.integers(0, 60), min_size=1, max_size=5))
def test_every_small_count_stays_possible_whatever_is_shown(counts):
    row = protect(people(*counts), Count(sum(counts), sum(counts)), threshold=TEN)

    for place, count in enumerate(counts):
        shown = row.counts[place]
        assert shown.results == count or shown.hidden is not None
        if count < TEN:
            assert shown.results is None
            assert {each for each in range(TEN) if could_be(row, counts, place, each)} == set(range(TEN))


def could_be(row, counts, place: int, guess: int) -> bool:
    """Whether somebody who knows the rules and the row could still take a hidden count for this number."""
    if row.total.hidden is Hidden.WITHHELD:
        return True
    if row.total.hidden is Hidden.SMALL:
        return guess < TEN
    known = sum(shown.results for shown in row.counts if shown.results is not None)
    left = row.total.results - known - guess
    others = [shown.hidden for at, shown in enumerate(row.counts) if shown.hidden and at != place]
    least = sum(TEN for hidden in others if hidden is Hidden.WITHHELD)
    most = float("inf") if Hidden.WITHHELD in others else (TEN - 1) * len(others)
    return least <= left <= most
