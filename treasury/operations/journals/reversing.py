"""Undoing a posted journal by its exact mirror, which is a journal of its own and goes the same way."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import DomainError
from foundation.access import Actor
from treasury.models import ManualJournal, ManualJournalLine
from treasury.operations.journals.deciding import check_sound, post_checked, submit_journal
from treasury.operations.journals.drafting import note_writer
from treasury.operations.journals.errors import NotReversible, ReversalUnderWay
from treasury.operations.journals.records import check_reason, lock_journal, note_step
from treasury.states import JournalState

_OVER = (JournalState.WITHDRAWN.value, JournalState.REFUSED.value)


@transaction.atomic
def reverse_journal(
    *, journal: ManualJournal, effective_on: date, reason: str, actor: Actor, at: datetime, today: date
) -> ManualJournal:
    """Undo a posted journal: at once where one person may, otherwise when a second person agrees.

    Args:
        journal: Which; it stays as it is.
        effective_on: The day for which the reversal counts.
        reason: Why.
        actor: Who; the caller has checked that they keep the books.
        at: Now.
        today: The legal day.

    Returns:
        The reversal: posted, or waiting for a second person.

    Raises:
        NotReversible: it is not posted, or is a reversal itself.
        ReversalUnderWay: it is reversed, or about to be.
        WhyMissing: no reason was given.
        JournalUnsound: the day lies in a closed period, or an account is closed.
        DomainError: as `ledger.operations.reverse`; then nothing has changed.
    """
    why = check_reason(reason)
    reversal = _write_mirror(lock_journal(journal), effective_on, why, actor=actor, at=at)
    return submit_journal(journal=reversal, actor=actor, at=at, today=today)


def reverse_due_journals(*, actor: Actor, at: datetime, today: date) -> tuple[int, list[tuple[str, str]]]:
    """Reverse every accrual whose day has come; who approved the accrual approved its reversal with it.

    Safe to run again: a journal is reversed once. One that is refused does not keep the others waiting.

    Args:
        actor: The clock.
        at: Now.
        today: The legal day.

    Returns:
        How many were reversed; and public id and code of those that were refused, such as by a closed period.
    """
    done, refused = 0, []
    for journal in ManualJournal.objects.to_be_reversed().filter(reverse_on__lte=today).order_by("pk"):
        try:
            _reverse_due(journal, actor=actor, at=at, today=today)
            done += 1
        except DomainError as refusal:
            refused.append((journal.public_id, refusal.code))
    return done, refused


@transaction.atomic
def _reverse_due(journal: ManualJournal, *, actor: Actor, at: datetime, today: date) -> None:
    journal = lock_journal(journal)
    assert journal.reverse_on is not None, "only a journal with a day of reversal is due"
    why = _("Reversed on the day that the journal named")
    reversal = lock_journal(_write_mirror(journal, journal.reverse_on, why, actor=actor, at=at))
    post_checked(reversal, check_sound(reversal, today=today), actor=actor, at=at, reason=why)


def _write_mirror(original: ManualJournal, on: date, why: str, *, actor: Actor, at: datetime) -> ManualJournal:
    if original.state != JournalState.POSTED.value or original.reverses_id is not None:
        raise NotReversible(_("Only a posted journal can be reversed, and a reversal never."), state=original.state)
    if original.reversals.exclude(state__in=_OVER).exists():
        raise ReversalUnderWay(_("This journal is reversed already, or its reversal waits for a second person."))
    reversal = ManualJournal(
        organisation=original.organisation,
        book=original.book,
        reverses=original,
        effective_on=on,
        narration=why,
        created_by=actor.ref,
        created_at=at,
        changed_at=at,
    )
    note_writer(reversal, actor)
    reversal.save()
    ManualJournalLine.objects.bulk_create(
        ManualJournalLine(
            journal=reversal,
            number=line.number,
            account=line.account,
            owner=line.owner,
            fund=line.fund,
            debit_pence=line.credit_pence,
            credit_pence=line.debit_pence,
            text=line.text,
        )
        for line in original.lines.order_by("number")
    )
    note_step(reversal, "", actor=actor, at=at)
    return reversal
