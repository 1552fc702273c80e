"""Two providers at one moment: one result, one person, one pseudonym each. A control shows that the lock does it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from bonds.models import OutcomeEvent, OutcomesContract, Participant
from bonds.operations import results as operations
from bonds.queries import admission
from core.errors import DomainError
from tests.bonds.results.support import admit, identifiers, make_world, record

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts):
    """Do some things in connections of their own, let go at one moment; tell how each ended."""
    gate = threading.Barrier(len(acts))

    def run(act):
        try:
            gate.wait(timeout=60)
            act()
        except DomainError as refused:
            return refused.code
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_people_who_start_at_one_moment_have_pseudonyms_of_their_own():
    world = make_world()
    names = ["Ada", "Bea", "Cat", "Dot"]

    ended = together(*(lambda name=name: admit(world, who=identifiers(given_names=name)) for name in names))

    assert ended == ["done"] * 4
    assert sorted(Participant.objects.values_list("pseudonym", flat=True)) == ["P-0001", "P-0002", "P-0003", "P-0004"]


def test_one_person_who_starts_with_two_providers_at_one_moment_is_one():
    world = make_world()

    ended = together(lambda: admit(world), lambda: admit(world, world.parties["lanternhouse"]))

    assert ended == ["done", "done"]
    assert Participant.objects.count() == 1


def both_record(world):
    """Two providers say, on different days, that one person moved in."""
    person = admit(world).start.participant
    other = world.parties["lanternhouse"]
    admit(world, other)
    return together(
        lambda: record(world, person),
        lambda: record(world, person, provider=other, achieved_on=date(2025, 4, 11)),
    )


def test_a_result_that_two_providers_record_at_one_moment_is_there_once():
    assert both_record(make_world()) == ["bonds.result_recorded_already", "done"]
    assert OutcomeEvent.objects.count() == 1


def test_control_without_the_lock_it_would_be_there_twice(monkeypatch):
    world = make_world()
    looked = threading.Barrier(2)
    find = admission.Admission.find_objection

    def find_together(self, new):
        found = find(self, new)
        looked.wait(timeout=60)
        return found

    monkeypatch.setattr(operations, "lock_contract", lambda pk: OutcomesContract.objects.get(pk=pk))
    monkeypatch.setattr(operations.Admission, "find_objection", find_together)

    assert both_record(world) == ["done", "done"]
    assert OutcomeEvent.objects.count() == 2
