"""Small counts are not shown, and nothing that is shown gives one away."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bonds.arithmetic.small_numbers import (
    THRESHOLDS,
    Count,
    Hidden,
    Shown,
    Tally,
    compute_step,
    find_threshold,
    protect,
    round_down,
    tell,
    tell_sum,
)

TEN = 10
SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


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
    assert [one.is_verified for one in THRESHOLDS] == [False]


@SLOWLY
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


@pytest.mark.parametrize(
    ("largest", "step"), [(1, 10), (2, 20), (3, 50), (5, 50), (6, 100), (10, 100), (11, 200), (365, 5_000)]
)
def test_the_step_is_ten_times_what_one_line_brings_at_most(largest, step):
    assert compute_step(largest, threshold=TEN) == step


def seen(lines: list[int], step: int) -> int:
    """What the page tells of people with a line each, nothing where it is hidden."""
    row = round_down(protect([], Count(sum(lines), len(lines)), threshold=TEN), step=step)
    return row.total.results or 0


@SLOWLY
@given(st.lists(st.integers(1, 30), max_size=60), st.lists(st.integers(1, 30), max_size=30))
def test_two_days_differ_by_nothing_or_by_whole_steps(before, came):
    step = compute_step(max([*before, *came], default=1), threshold=TEN)
    first, second = seen(before, step), seen([*before, *came], step)

    assert (second - first) % step == 0
    # What is told leaves a whole step of possibilities, ten times what anybody can have brought.
    assert first <= sum(before)
    assert step >= TEN * max([*before, *came], default=1)


def test_one_person_alone_moves_a_count_by_a_step_or_not_at_all():
    tens = [1] * 19

    assert seen(tens, 10) == 10
    assert seen([*tens, 1], 10) == 20
    assert [seen([1] * many, 10) for many in range(20, 30)] == [20] * 10


def test_what_is_less_than_a_step_is_not_shown():
    row = round_down(protect(people(12), Count(12, 12), threshold=TEN), step=50)

    assert (row.total, row.counts) == (Shown(None, Hidden.WITHHELD), (Shown(None, Hidden.WITHHELD),))


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, None), (1, None), (9, None), (10, 10), (19, 10), (20, 20), (404, 400)],
)
def test_one_count_by_itself_is_told_from_the_threshold_on_and_rounded(count, told):
    assert tell(Count(count, count), threshold=TEN, step=TEN).results == told


def test_many_results_of_few_people_are_not_told_by_themselves_either():
    assert tell(Count(300, 9), threshold=TEN, step=50) == Shown(None, Hidden.SMALL)
    assert tell(Count(40, 12), threshold=TEN, step=50) == Shown(None, Hidden.WITHHELD)
    assert tell(Count(140, 12), threshold=TEN, step=50) == Shown(100)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([], None),
        ([0], None),
        ([12], 10),
        ([12, 19], 30),
        # The few are not in the sum, and nobody can tell four of them from none.
        ([18, 4], 10),
        ([18, 0], 10),
        ([12, 9, 19], 30),
        ([9, 9, 9], None),
    ],
)
def test_a_sum_of_reports_has_nothing_of_small_parts(parts, told):
    assert tell_sum(people(*parts), threshold=TEN, step=TEN).results == told


@SLOWLY
@given(st.lists(st.integers(0, 40), max_size=8), st.data())
def test_a_small_part_changes_no_sum_now_or_later(counts, data):
    others = [data.draw(st.integers(0, 9)) if count < TEN else count for count in counts]

    for until in range(len(counts) + 1):
        told = tell_sum(people(*counts[:until]), threshold=TEN, step=TEN)
        assert told == tell_sum(people(*others[:until]), threshold=TEN, step=TEN)


def test_a_tally_counts_each_person_once_and_a_group_as_its_people():
    tally = Tally()
    tally.add(date(2025, 4, 1), 3, "a")
    tally.add(date(2025, 5, 1), 4, "a")
    tally.add(date(2025, 6, 1), 1, "b")
    tally.add_group(date(2025, 6, 1), 25)

    assert tally.count() == Count(33, 27)
    assert tally.count(date(2025, 4, 1), date(2025, 6, 1)) == Count(7, 1)
    assert tally.largest == 4


def test_a_step_of_one_leaves_counts_as_they_are():
    row = protect(people(12, 40), Count(52, 52), threshold=TEN)

    assert round_down(row, step=1) == row
