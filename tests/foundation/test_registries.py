import pytest
from django.core.checks import run_checks

from core.registry import DoublyRegistered, Registry
from foundation import checks, registries
from foundation.checks import check_registries


@pytest.fixture
def registry(monkeypatch):
    made = Registry("tests")
    monkeypatch.setattr(registries, "ALL", (made,))
    return made


def test_check_passes_on_all_rooms_as_they_are():
    assert check_registries(None) == []
    assert [message for message in run_checks(tags=["registries"]) if message.id.startswith("foundation")] == []


def test_check_fails_on_a_key_that_nobody_registers(registry):
    registry.expect("there", "missing")
    registry.register("there", 1)

    [found] = check_registries(None)

    assert (found.id, found.level) == ("foundation.E001", 40)
    assert found.msg == "tests: nobody registers 'missing'."


def test_check_fails_on_a_key_that_two_rooms_registered(registry):
    registry.register("key", 1)
    with pytest.raises(DoublyRegistered):
        registry.register("key", 2)

    [found] = check_registries(None)

    assert found.id == "foundation.E002"
    assert registry.get("key") == 1


def test_all_lists_every_registry_of_the_module():
    mine = {id(thing) for thing in vars(registries).values() if isinstance(thing, Registry)}

    assert {id(registry) for registry in registries.ALL} == mine


def test_foundation_registers_its_own():
    assert "foundation.mail" in registries.OUTBOX_HANDLERS
    assert "foundation" in registries.INVARIANTS


def test_append_only_check_asks_the_database_only_when_told_to():
    assert checks.check_append_only_tables(None, databases=None) == []


def test_codes_of_invariants_are_given_once_in_the_whole_house():
    codes = [invariant.code for _, invariants in registries.INVARIANTS.items() for invariant in invariants]

    assert len(codes) == len(set(codes))


@pytest.mark.django_db
def test_every_constraint_or_trigger_that_an_invariant_names_is_in_the_database():
    from django.db import connection

    named = {
        name
        for _, invariants in registries.INVARIANTS.items()
        for invariant in invariants
        for name in invariant.enforced_by
        if " " not in name
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint UNION SELECT tgname FROM pg_trigger"
            " UNION SELECT indexname FROM pg_indexes UNION SELECT proname FROM pg_proc"
        )
        present = {name for (name,) in cursor.fetchall()}

    assert named - present == set()
