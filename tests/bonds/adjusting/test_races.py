"""Two treasurers at once: the second finds nothing left to adjust, and a control run sees both at the same lines."""

from __future__ import annotations

import pytest

from bonds.models import ClaimLine, VersionAdjustment
from bonds.operations import adjusting
from bonds.operations.errors import NothingToAdjust, WrongState
from tests.bonds.adjusting.test_adjusting import DEARER, accepted, adjust, same_again, vary
from tests.factories.bonds import small_terms
from tests.support.races import at_once, meet_at, take_lock_away

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(monkeypatch):
    """Whoever knows what changes waits a moment for a second one; says whether each met one."""
    return meet_at(monkeypatch, (adjusting, "find_changes"))


@pytest.fixture
def world():
    made = accepted()
    vary(made, small_terms(tariffs=DEARER))
    return made


def test_of_two_at_once_the_second_finds_nothing_left(world, meeting):
    results = at_once(lambda: adjust(world), lambda: adjust(world))

    assert {type(one) for one in results} == {VersionAdjustment, NothingToAdjust}
    assert meeting[0] is False, "the second one came past the lock before the first was done"
    assert ClaimLine.objects.filter(origin="adjustment").count() == 1
    same_again(world)


def test_without_the_lock_both_see_the_same_lines_and_the_state_of_the_line_lets_one_through(
    world, meeting, monkeypatch
):
    take_lock_away(monkeypatch, adjusting)

    results = at_once(lambda: adjust(world), lambda: adjust(world))

    assert meeting == [True, True]
    assert {type(one) for one in results} == {VersionAdjustment, WrongState}
    assert ClaimLine.objects.filter(origin="adjustment").count() == 1
