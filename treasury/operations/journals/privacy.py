"""Erasing words that name somebody from manual journals, as far as the accounts allow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import audit
from foundation.access import Actor
from ledger import operations as ledger
from treasury.models import JournalAttachment, ManualJournal, ManualJournalLine
from treasury.operations.journals.files import forget_unused
from treasury.states import NEVER_POSTED, JournalState


@transaction.atomic
def erase_journals(*, person: str, at: datetime) -> Sequence[str]:
    """Erase words and files of journals that a person wrote and that never came into the books.

    Args:
        person: Public id of the person.
        at: When.

    Returns:
        What was erased, and what is kept and why.

    Source: UK GDPR Article 17(3)(b); accounts are kept for six years.
    """
    theirs = ManualJournal.objects.written_by(person)
    idle = list(theirs.filter(state__in=[JournalState.WITHDRAWN.value, JournalState.REFUSED.value]))
    for journal in idle:
        _erase(journal)
    answers = []
    if idle:
        answers.append(_("Erased: words and files of your journals that were never posted."))
        audit.record(
            actor="system:privacy",
            action="treasury.person_erased",
            at=at,
            subject=person,
            after={"journals": [one.public_id for one in idle]},
        )
    if theirs.exclude(pk__in=[one.pk for one in idle]).exists():
        answers.append(_("Kept: journals that you wrote for a society, as its accounts, for six years."))
    return answers


def merge_journals(*, kept: str, merged: str, at: datetime) -> None:
    """Move nothing: a journal names the sign-in that wrote it, not a person."""


@transaction.atomic
def erase_words(*, journal: ManualJournal, actor: Actor, at: datetime) -> None:
    """Erase the words of a journal because they name somebody: its own, its lines', and those of its entry.

    Figures, accounts and dates stay; the hash chain of the books still holds.

    Args:
        journal: In any state that is over: posted, refused or withdrawn.
        actor: Who.
        at: Now.
    """
    ManualJournal.objects.filter(pk=journal.pk).update(narration="")
    ManualJournalLine.objects.filter(journal=journal).exclude(text="").update(text="")
    if journal.entry is not None:
        ledger.erase_narration(entry=journal.entry, at=at)
    audit.record(
        actor=actor.ref,
        action="treasury.journal_words_erased",
        at=at,
        organisation=journal.organisation.public_id,
        subject=journal.public_id,
    )


def _erase(journal: ManualJournal) -> None:
    assert JournalState(journal.state) in NEVER_POSTED
    ManualJournal.objects.filter(pk=journal.pk).update(narration="")
    journal.lines.exclude(text="").update(text="")
    for attachment in JournalAttachment.objects.filter(journal=journal).select_related("file"):
        stored = attachment.file
        attachment.delete()
        forget_unused(stored)
