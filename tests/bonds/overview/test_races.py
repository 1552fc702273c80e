"""Two plans at once: the contract's lock puts them one after the other; without it the database alone refuses."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from bonds import operations
from bonds.arithmetic.plans import Expected
from bonds.models import PaymentPlan
from bonds.operations import planning
from bonds.operations.planning import PlanOvertaken
from tests.factories.bonds import HOLDER, SIGNED_AT, make_contract
from tests.support.races import at_once, meet_at, take_lock_away

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(monkeypatch):
    """Whoever knows the number of the next plan waits a moment for a second one; says whether each met one."""
    return meet_at(monkeypatch, (planning, "draft_next_plan"))


def make(contract):
    return lambda: operations.make_plan(
        contract=contract, number=0, expected=[Expected(1, "moved_in", 1)], actor=HOLDER, at=SIGNED_AT
    )


def test_of_two_plans_at_once_one_is_kept(meeting):
    contract = make_contract().contract

    results = at_once(make(contract), make(contract))

    assert meeting == [False, False]
    assert {type(one) for one in results} == {PaymentPlan, PlanOvertaken}
    assert PaymentPlan.objects.count() == 1


def test_without_the_lock_both_believe_to_be_the_first(meeting, monkeypatch):
    contract = make_contract().contract
    take_lock_away(monkeypatch, planning)

    results = at_once(make(contract), make(contract))

    assert meeting == [True, True]
    assert {type(one) for one in results} == {PaymentPlan, IntegrityError}
    assert PaymentPlan.objects.count() == 1
