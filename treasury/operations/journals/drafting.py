"""Writing a journal down, and changing it as long as it is not in the books."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.amounts import read_pence
from foundation.access import Actor
from ledger.models import Book
from people.models import Organisation
from treasury.arithmetic.journals import TypedJournal
from treasury.models import ManualJournal, ManualJournalLine
from treasury.operations.journals.errors import JournalUnreadable, JournalWrongState, list_problems
from treasury.operations.journals.records import change_state, check_version, lock_journal, note_step, void_request
from treasury.queries.journal_checks import JournalCheck, check_journal, code_of
from treasury.states import CHANGEABLE, JournalState


@transaction.atomic
def write_draft(
    *, organisation: Organisation, book: Book, typed: TypedJournal, actor: Actor, at: datetime, today: date
) -> ManualJournal:
    """Keep a new journal as a draft, also while it does not balance yet.

    Args:
        organisation: Whose.
        book: Where it is to be posted; one of the organisation's.
        typed: Everything as typed; empty rows are left out and the others numbered anew.
        actor: Who writes it.
        at: Now.
        today: The legal day.

    Raises:
        JournalUnreadable: an amount, a date or a text cannot be kept as what it is; `facts` list each by line.
    """
    assert book.organisation == organisation.public_id, "a journal is posted in a book of its own organisation"
    check = _check_readable(book, typed, today)
    journal = ManualJournal(organisation=organisation, book=book, created_by=actor.ref, created_at=at)
    _write(journal, typed, check, actor=actor, at=at)
    note_step(journal, "", actor=actor, at=at)
    return journal


@transaction.atomic
def change_draft(
    *, journal: ManualJournal, version: int, typed: TypedJournal, actor: Actor, at: datetime, today: date
) -> ManualJournal:
    """Write a journal anew. If it waited for a second person or was refused, it is a draft again.

    Args:
        journal: Which.
        version: The version that the writer has read.
        typed: Everything as typed.
        actor: Who writes.
        at: Now.
        today: The legal day.

    Raises:
        JournalChanged: somebody else changed it since.
        JournalWrongState: it is posted or withdrawn, or is a reversal, which is what it reverses.
        JournalUnreadable: as `write_draft`.
    """
    journal = lock_journal(journal)
    check_version(journal, version)
    check_changeable(journal)
    check = _check_readable(journal.book, typed, today)
    journal.version += 1
    _write(journal, typed, check, actor=actor, at=at)
    back_to_draft(journal, actor=actor, at=at)
    return journal


@transaction.atomic
def withdraw_journal(*, journal: ManualJournal, actor: Actor, at: datetime) -> ManualJournal:
    """Give a journal up for good; a withdrawn one stays withdrawn however often it is asked.

    Raises:
        JournalWrongState: it is posted.
    """
    journal = lock_journal(journal)
    if journal.state == JournalState.WITHDRAWN.value:
        return journal
    change_state(journal, JournalState.WITHDRAWN, actor=actor, at=at)
    void_request(journal, actor=actor, at=at, reason="withdrawn")
    return journal


def check_changeable(journal: ManualJournal) -> None:
    """Let only a journal pass that can still be written anew.

    Raises:
        JournalWrongState: it cannot.
    """
    if journal.reverses_id is not None:
        raise JournalWrongState(
            _("A reversal says what the journal says that it reverses. Withdraw it and reverse again."),
            state=journal.state,
        )
    if JournalState(journal.state) not in CHANGEABLE:
        raise JournalWrongState(
            _("This journal is %(state)s and does not change any more.") % {"state": journal.get_state_display()},
            state=journal.state,
        )


def back_to_draft(journal: ManualJournal, *, actor: Actor, at: datetime) -> None:
    """Make a changed journal a draft, and what was asked of a second person void."""
    if journal.state == JournalState.DRAFT.value:
        return
    void_request(journal, actor=actor, at=at, reason="changed")
    journal.approval = None
    journal.submitted_at = None
    change_state(journal, JournalState.DRAFT, actor=actor, at=at)


def note_writer(journal: ManualJournal, actor: Actor) -> None:
    """Remember who wrote some of it: none of them can be its second person."""
    if actor.user_id is not None and actor.user_id not in journal.writer_ids:
        journal.writer_ids = [*journal.writer_ids, actor.user_id]


def _check_readable(book: Book, typed: TypedJournal, today: date) -> JournalCheck:
    check = check_journal(book=book, typed=typed, today=today)
    unreadable = [one for one in check.problems if one.is_unreadable]
    if unreadable:
        raise JournalUnreadable(
            _("Some of this cannot be read, so nothing was saved. Put right what is listed."),
            problems=list_problems(unreadable),
        )
    return check


def _write(journal: ManualJournal, typed: TypedJournal, check: JournalCheck, *, actor: Actor, at: datetime) -> None:
    """Save the content; the state is the caller's."""
    journal.effective_on = check.on
    journal.reverse_on = check.reverse_on
    journal.narration = " ".join(typed.narration.split())
    journal.changed_at = at
    note_writer(journal, actor)
    journal.save()
    journal.lines.all().delete()
    lines = [line for line in typed.lines if not line.is_empty]
    ManualJournalLine.objects.bulk_create(
        ManualJournalLine(
            journal=journal,
            number=number,
            account=code_of(line.account),
            owner=line.owner.strip(),
            fund=line.fund.strip(),
            debit_pence=read_pence(line.debit),
            credit_pence=read_pence(line.credit),
            text=line.text.strip(),
        )
        for number, line in enumerate(lines, start=1)
    )
