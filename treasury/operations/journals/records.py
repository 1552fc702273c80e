"""Changing a journal's state: the only place that assigns one, with the record of who did it, when and why."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from foundation import approvals, audit
from foundation.access import Actor
from treasury.models import JournalStateChange, ManualJournal
from treasury.models.journals import REASON_LENGTH
from treasury.operations.journals.errors import JournalChanged, JournalWrongState, WhyMissing
from treasury.queries.journals import digest_of_journal
from treasury.states import JournalState, may_become


def lock_journal(journal: ManualJournal) -> ManualJournal:
    """Lock a journal, and read it as it is now."""
    ManualJournal.objects.select_for_update().get(pk=journal.pk)
    return ManualJournal.objects.with_everything().get(pk=journal.pk)


def check_version(journal: ManualJournal, version: int | None) -> None:
    """Let only the version pass that the caller has read.

    Raises:
        JournalChanged: it is another one by now.
    """
    if version is not None and journal.version != version:
        raise JournalChanged(
            _("Somebody changed this journal meanwhile. Look at it again before you go on."),
            version=journal.version,
        )


def check_may_become(journal: ManualJournal, to: JournalState) -> None:
    """Let only a legal step pass.

    Raises:
        JournalWrongState: no act leads from where the journal stands to there.
    """
    if not may_become(journal.state, to.value):
        raise JournalWrongState(
            _("This journal is %(state)s, so this cannot be done now.") % {"state": journal.get_state_display()},
            state=journal.state,
            wanted=to.value,
        )


def check_reason(reason: str) -> str:
    """Give a reason as it is kept.

    Raises:
        WhyMissing: there is none, or it is longer than a line of a register.
    """
    plain = " ".join(reason.split())
    if not plain or len(plain) > REASON_LENGTH or not plain.isprintable():
        raise WhyMissing(_("Say why, in at most %(longest)s characters.") % {"longest": REASON_LENGTH})
    return plain


def change_state(
    journal: ManualJournal, to: JournalState, *, actor: Actor, at: datetime, reason: str = "", digest: str = ""
) -> None:
    """Move a locked journal, save it with its other changed fields, and write down who, when and why.

    Raises:
        JournalWrongState: no act leads there.
    """
    check_may_become(journal, to)
    before = journal.state
    journal.state = to.value
    journal.save()
    note_step(journal, before, actor=actor, at=at, reason=reason, digest=digest or digest_of_journal(journal))


def note_step(
    journal: ManualJournal, before: str, *, actor: Actor, at: datetime, reason: str = "", digest: str = ""
) -> None:
    """Write the step of a journal into its own record and into the audit record."""
    JournalStateChange.objects.create(
        journal=journal, from_state=before, to_state=journal.state, at=at, by=actor.ref, reason=reason, digest=digest
    )
    audit.record(
        actor=actor.ref,
        action=f"treasury.journal_{journal.state}",
        at=at,
        organisation=journal.organisation.public_id,
        subject=journal.public_id,
        before={"state": before},
        after={"state": journal.state, "version": journal.version, "digest": digest},
        reason=reason,
    )


def void_request(journal: ManualJournal, *, actor: Actor, at: datetime, reason: str) -> None:
    """Make a request for approval void, because what was to be approved is not any more what it was."""
    if journal.approval is not None:
        approvals.void_approval(
            approval=journal.approval, actor=actor.ref, digest=digest_of_journal(journal), at=at, reason=reason
        )
