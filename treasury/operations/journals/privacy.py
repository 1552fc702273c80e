"""Erasing words that name somebody from manual journals, as far as the accounts allow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from foundation import audit
from foundation.access import Actor
from ledger import operations as ledger
from treasury.models import JournalAttachment, JournalStateChange, ManualJournal, ManualJournalLine, ReportFile
from treasury.operations.forgetting import forget_report_files, forget_unused
from treasury.operations.journals.errors import JournalWrongState, NoWords, ReversalUnderWay
from treasury.operations.journals.records import lock_journal
from treasury.queries.words import words_of_journal
from treasury.states import NEVER_POSTED, OVER, ErasureReason, JournalState


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
def erase_words(*, journal: ManualJournal, actor: Actor, reason: ErasureReason, at: datetime) -> bool:
    """Erase the words of a journal because they name somebody: its own, its lines', and those of its entry.

    The lines of its reversals say what its own say, so their words go too. Figures, accounts, dates and files stay; the
    hash chain of the books still holds.

    Args:
        journal: In any state that is over: posted, refused or withdrawn.
        actor: Who; the caller has checked that they keep the books.
        reason: Why, as a code.
        at: Now.

    Returns:
        Whether there was anything to erase; a second time there is not, and nothing happens.

    Raises:
        JournalWrongState: somebody still works on it; whoever does can change the words.
        ReversalUnderWay: its reversal waits for a second person, who agrees to exactly what they read.
        NoWords: it never had any.

    Source: UK GDPR Article 17.
    """
    journal = lock_journal(journal)
    _check_over(journal)
    if not _blank(journal, at):
        if words_of_journal(journal).erased_at is None:
            raise NoWords(_("This journal has no words."))
        return False
    # Kept reports may hold the words; whoever wants one asks again.
    forget_report_files(ReportFile.objects.filter(organisation=journal.organisation))
    JournalStateChange.objects.create(
        journal=journal, from_state=journal.state, to_state=journal.state, at=at, by=actor.ref, reason=reason.value
    )
    audit.record(
        actor=actor.ref,
        action="treasury.journal_words_erased",
        at=at,
        organisation=journal.organisation.public_id,
        subject=journal.public_id,
        after={"entry": journal.entry.public_id if journal.entry else None},
        reason=reason.value,
    )
    return True


def _check_over(journal: ManualJournal) -> None:
    if JournalState(journal.state) not in OVER:
        raise JournalWrongState(
            _("This journal is %(state)s, so its words can still be changed. Change it or withdraw it.")
            % {"state": journal.get_state_display()},
            state=journal.state,
        )
    if journal.reversals.exclude(state__in=[one.value for one in OVER]).exists():
        raise ReversalUnderWay(_("The reversal of this journal waits for a second person. It has to be decided first."))


def _blank(journal: ManualJournal, at: datetime) -> bool:
    """Take the words out of a locked journal, wherever they stand, and say whether there were any."""
    row = ManualJournal.objects.filter(pk=journal.pk).exclude(narration="")
    if journal.entry is None:
        # It may become a draft again, and a page that still shows the words must not bring them back unnoticed.
        found = row.update(narration="", version=F("version") + 1, changed_at=at)
    else:
        found = row.update(narration="") + ledger.erase_narration(entry=journal.entry, at=at)
    lines = ManualJournalLine.objects.filter(Q(journal=journal) | Q(journal__reverses=journal))
    return bool(found + lines.exclude(text="").update(text=""))


def _erase(journal: ManualJournal) -> None:
    assert JournalState(journal.state) in NEVER_POSTED
    ManualJournal.objects.filter(pk=journal.pk).update(narration="")
    journal.lines.exclude(text="").update(text="")
    for attachment in JournalAttachment.objects.filter(journal=journal).select_related("file"):
        stored = attachment.file
        attachment.delete()
        forget_unused(stored)
