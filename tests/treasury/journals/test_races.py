"""Two at once: a double click, two approvers, a change against an approval. One wins, the books have one entry."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from core.errors import DomainError
from foundation import approvals
from ledger.models import Entry
from tests.ledger.support import AT, JAN_5
from tests.treasury.journals.support import amounting, change, submit, write
from treasury.models import JournalStateChange, ManualJournal
from treasury.operations import journals

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run acts at the same moment, each on a connection of its own; give what each returned or raised."""
    start, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            start.wait()
            results[place] = act()
        except DomainError as refused:
            results[place] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def test_submitting_twice_at_once_posts_once(desk):
    journal = write(desk)

    results = at_once(*[lambda: submit(desk, journal)] * 4)

    assert {one.state for one in results} == {"posted"}
    assert Entry.objects.filter(kind="manual_journal").count() == 1
    assert JournalStateChange.objects.filter(to_state="posted").count() == 1


def test_two_approvers_at_once(desk):
    journal = submit(desk, write(desk, *amounting("250")))

    def approve_as(actor) -> Callable[[], object]:
        return lambda: journals.approve_journal(
            journal=journal, digest=journal.approval.digest, actor=actor, at=AT, today=JAN_5
        )

    results = at_once(approve_as(desk.actors.director), approve_as(desk.actors.second))

    assert sorted(isinstance(one, ManualJournal) for one in results) == [False, True]
    assert any(isinstance(one, (journals.JournalWrongState, approvals.ApprovalDecided)) for one in results)
    assert Entry.objects.filter(kind="manual_journal").count() == 1


def test_a_change_against_an_approval(desk):
    journal = submit(desk, write(desk, *amounting("250")))
    digest = journal.approval.digest

    results = at_once(
        lambda: journals.approve_journal(
            journal=journal, digest=digest, actor=desk.actors.director, at=AT, today=JAN_5
        ),
        lambda: change(desk, journal, *amounting("9999")),
    )

    assert sorted(isinstance(one, ManualJournal) for one in results) == [False, True]
    entry = Entry.objects.filter(kind="manual_journal").first()
    assert entry is None or entry.transfers.get().amount == 25_000
