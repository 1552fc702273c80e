"""What is told of how many there were: people once, groups as the people in them, and days compared."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bonds.arithmetic.small_numbers import Count, Tally
from bonds.operations import take_back_lines
from bonds.queries.told_counts import add_result, count_results, name_counted, say_told
from core.periods import legal_day
from tests.factories.bonds import CLAIMED_AT, VERIFIER, make_contract

ON = date(2025, 6, 1)


def test_a_group_counts_as_the_people_it_is_said_to_have():
    tally = Tally()
    add_result(
        tally, ON, 1, None, {"cohorts": {"again": [{"treated": 30}, {"treated": 12}], "work": [{"treated": 40}]}}
    )
    add_result(tally, ON, 1, None, {})
    add_result(tally, ON, 5, 7, {})

    assert tally.count() == Count(47, 43)


@pytest.mark.parametrize(
    ("count", "step", "words"), [(20, 10, "20"), (None, 10, "fewer than 10"), (None, 50, "not told"), (100, 50, "100")]
)
def test_it_is_said_why_a_number_is_missing_only_where_that_is_true(count, step, words):
    assert say_told(count, threshold=10, step=step) == words


def test_what_groups_are_counted_in_is_said():
    assert name_counted("Fewer arrests", is_of_groups=True) == "Fewer arrests (people in the groups that were measured)"
    assert name_counted("Moved in", is_of_groups=False) == "Moved in"


@pytest.mark.django_db
def test_what_is_taken_back_counts_until_the_day_before():
    world = make_contract()
    events = [world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy") for _ in range(10)]
    claim = world.submit(*events)
    world.accept(claim, at=CLAIMED_AT)
    day = legal_day(CLAIMED_AT)
    later = CLAIMED_AT + timedelta(days=30)
    take_back_lines(
        claim=claim, lines=[claim.lines.first().public_id], reason="Never lived there.",
        verifier=world.verifier, actor=VERIFIER, at=later,
    )  # fmt: skip

    def told(on: date) -> int | None:
        return count_results(world.contract, on=on)[0].count

    assert told(day - timedelta(days=1)) is None
    assert told(day) == 10
    assert told(legal_day(later) - timedelta(days=1)) == 10
    assert told(legal_day(later)) is None
