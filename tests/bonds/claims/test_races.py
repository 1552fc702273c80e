"""Two verifiers at once: what is left of a cap is decided under the contract's lock, and a control run sees it gone."""

from __future__ import annotations

from datetime import date

import pytest

from bonds import operations
from bonds.arithmetic.terms import Cap, CapScope
from bonds.models import AssessmentRun, LineResult
from bonds.operations import assessing, deciding
from bonds.operations.errors import WrongState
from tests.factories.bonds import DECIDED_AT, VERIFIER, make_contract, small_terms
from tests.support.races import at_once, meet_at, take_lock_away

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(monkeypatch):
    """Whoever knows what is left of the caps waits a moment for a second one; says whether each met one."""
    return meet_at(monkeypatch, (assessing, "build_standing"))


@pytest.fixture
def two_claims():
    """A contract that pays £700 in all, and two claims of £500 that wait."""
    world = make_contract(small_terms(caps=(Cap(code="whole", scope=CapScope.CONTRACT, amount=70_000),)))
    claims = [world.submit(world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy")) for _ in range(2)]
    return world, claims


def accept(world, claim):
    line = claim.lines.get()
    return lambda: operations.accept_lines(
        claim=claim, lines=[line.public_id], verifier=world.verifier, actor=VERIFIER, at=DECIDED_AT
    )


def test_two_claims_at_once_share_what_is_left_of_a_cap(two_claims, meeting):
    world, claims = two_claims

    results = at_once(*[accept(world, claim) for claim in claims])

    assert [type(one) for one in results] == [AssessmentRun, AssessmentRun]
    assert meeting == [False, False], "the second one came past the lock before the first was done"
    assert sorted(LineResult.objects.values_list("net_pence", flat=True)) == [20_000, 50_000]
    assert sorted(one.number for one in results) == [1, 2]


def test_without_the_lock_both_see_the_same_cap_and_the_number_of_the_run_lets_one_through(
    two_claims, meeting, monkeypatch
):
    """The control: the test above would see a lost lock. Behind it stands the unique number of the run."""
    world, claims = two_claims
    take_lock_away(monkeypatch, deciding)

    results = at_once(*[accept(world, claim) for claim in claims])

    assert meeting == [True, True]
    assert sorted(type(one).__name__ for one in results) == ["AssessmentRun", "IntegrityError"]
    assert list(LineResult.objects.values_list("net_pence", flat=True)) == [50_000]


def test_one_line_is_accepted_by_one_of_two(two_claims):
    world, (claim, _other) = two_claims

    results = at_once(accept(world, claim), accept(world, claim))

    assert sorted(type(one).__name__ for one in results) == ["AssessmentRun", "WrongState"]
    assert any(isinstance(one, WrongState) for one in results)
    assert LineResult.objects.count() == 1
