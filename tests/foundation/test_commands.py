import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.invariants import Invariant
from foundation import audit, registries, tasks
from foundation.models import AuditSeal
from tests.foundation.things import NOON, as_superuser


def run(*arguments):
    out = StringIO()
    code = 0
    try:
        call_command(*arguments, stdout=out)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue()


@pytest.fixture
def rooms(monkeypatch):
    def invariant(code, offenders):
        return Invariant(
            code=code,
            statement=f"{code} holds.",
            source="design",
            enforced_by=("x",),
            find_violations=lambda: offenders,
        )

    items = {"one": (invariant("ONE-1", []),), "two": (invariant("TWO-1", ["thing_1", "thing_2"]),)}
    monkeypatch.setattr(registries.INVARIANTS, "_items", items)
    return items


@pytest.mark.django_db
@pytest.mark.breaks_invariants
def test_check_invariants_prints_codes_statements_and_offenders_and_exits_with_1(rooms):
    code, out = run("check_invariants", "--json")

    assert code == 1
    printed = json.loads(out)
    assert (printed["ok"], printed["checked"], printed["violated"]) == (False, 2, 1)
    assert printed["invariants"][1] == {
        "code": "TWO-1",
        "room": "two",
        "statement": "TWO-1 holds.",
        "source": "design",
        "enforced_by": ["x"],
        "holds": False,
        "violations": ["thing_1", "thing_2"],
    }


@pytest.mark.django_db
@pytest.mark.breaks_invariants
def test_check_invariants_in_words_and_one_code_only(rooms):
    assert run("check_invariants")[0] == 1
    code, out = run("check_invariants", "--only", "ONE-1")

    assert code == 0
    assert "ONE-1" in out
    assert "TWO-1" not in out


@pytest.mark.django_db
def test_check_invariants_holds_on_an_empty_house():
    code, out = run("check_invariants", "--json")

    assert code == 0
    assert json.loads(out)["ok"] is True


@pytest.mark.django_db
def test_seal_audit_prints_the_head_and_verifies_it():
    audit.record(actor="user:usr_x", action="tests.done", at=NOON)

    code, head = run("seal_audit")

    assert code == 0
    assert head.strip() == f"1:{AuditSeal.objects.get().digest}"
    assert run("seal_audit", "--verify", "--head", head.strip()) == (0, head)
    assert run("seal_audit", "--verify", "--head", f"1:{'0' * 64}")[0] == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.breaks_invariants
def test_seal_audit_says_what_was_tampered_with():
    event = audit.record(actor="user:usr_x", action="tests.done", at=NOON)
    run("seal_audit")
    with as_superuser() as superuser:
        superuser.execute("UPDATE foundation_auditevent SET action = 'tests.undone'")

    code, out = run("seal_audit", "--verify", "--json")

    assert code == 1
    assert json.loads(out)["problems"] == [f"event {event.pk} is not what was sealed as 1"]


def test_head_is_written_in_one_way():
    with pytest.raises(CommandError):
        call_command("seal_audit", "--verify", "--head", "abc")


@pytest.mark.django_db
def test_tasks_do_what_the_timetable_expects():
    audit.record(actor="user:usr_x", action="tests.done", at=NOON)

    tasks.seal_audit()
    tasks.sweep_outbox()
    tasks.drive_outbox_message(message_id=12345, later_argument="of a newer caller")
    tasks.check_invariants()
    tasks.tidy()

    assert AuditSeal.objects.count() == 1
