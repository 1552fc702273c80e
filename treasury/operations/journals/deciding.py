"""From a draft into the books: alone where the limit allows it, otherwise by a second person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import approvals
from foundation.access import Actor
from ledger import operations as ledger
from treasury.models import ManualJournal
from treasury.operations.journals import mails
from treasury.operations.journals.errors import JournalChanged, SecondPersonNeeded, unsound
from treasury.operations.journals.records import (
    change_state,
    check_may_become,
    check_reason,
    check_version,
    lock_journal,
)
from treasury.queries.journal_checks import JournalCheck, check_journal
from treasury.queries.journals import digest_of_journal, find_limit, typed_of, why_second_person
from treasury.states import JournalState

APPROVAL_KIND: Final = "treasury.manual_journal"
ENTRY_KIND: Final = "manual_journal"
AUTHORITY: Final = "finance"
REVERSAL_REASON_LENGTH: Final = 200


@transaction.atomic
def submit_journal(
    *, journal: ManualJournal, version: int | None = None, actor: Actor, at: datetime, today: date
) -> ManualJournal:
    """Send a draft on: into the books where one person may, otherwise to a second person, who is told by mail.

    Submitting again what waits or is posted changes nothing, so that a double click posts once.

    Args:
        journal: Which.
        version: The version that the actor has read; None for whatever it is.
        actor: Who; the caller has checked that they keep the books.
        at: Now.
        today: The legal day.

    Raises:
        JournalUnsound: something is wrong with it; `facts` list what, by line.
        JournalChanged: somebody else changed it since.
        JournalWrongState: it was refused or withdrawn.
        DomainError: as `ledger.operations.post`; then nothing has changed.
    """
    journal = lock_journal(journal)
    if journal.state in {JournalState.SUBMITTED.value, JournalState.POSTED.value}:
        return journal
    check_version(journal, version)
    check_may_become(journal, JournalState.SUBMITTED)
    check = check_sound(journal, today=today)
    if why_second_person(check=check, limit=find_limit(journal.organisation)):
        _ask_second_person(journal, actor=actor, at=at)
    else:
        post_checked(journal, check, actor=actor, at=at)
    return journal


@transaction.atomic
def post_journal(
    *, journal: ManualJournal, version: int | None = None, actor: Actor, at: datetime, today: date
) -> ManualJournal:
    """Post a draft that one person may post alone; a posted one stays as it is.

    Args:
        journal: Which.
        version: As `submit_journal`.
        actor: As `submit_journal`.
        at: Now.
        today: The legal day.

    Raises:
        SecondPersonNeeded: it is above the limit, or touches accounts that the platform keeps.
        JournalUnsound, JournalChanged, JournalWrongState, DomainError: as `submit_journal`.
    """
    journal = lock_journal(journal)
    if journal.state == JournalState.POSTED.value:
        return journal
    check_version(journal, version)
    check_may_become(journal, JournalState.POSTED)
    check = check_sound(journal, today=today)
    reasons = why_second_person(check=check, limit=find_limit(journal.organisation))
    if reasons:
        raise SecondPersonNeeded(" ".join([*reasons, _("Submit it for approval.")]), reasons=reasons)
    post_checked(journal, check, actor=actor, at=at)
    return journal


@transaction.atomic
def approve_journal(*, journal: ManualJournal, digest: str, actor: Actor, at: datetime, today: date) -> ManualJournal:
    """Agree, as the second person, to exactly what was read; the journal is posted in the same transaction.

    Args:
        journal: Which.
        digest: Of what the second person has read.
        actor: The second person; the caller has checked their role.
        at: Now.
        today: The legal day.

    Raises:
        SamePerson: they wrote some of it, or asked for the approval.
        NotAPerson: a key wants to approve.
        JournalChanged: it is not any more what they read.
        JournalWrongState: it does not wait for anybody; somebody else may have decided first.
        JournalUnsound: meanwhile something stands in the way, such as a closed period.
        DomainError: as `ledger.operations.post`. Whatever is raised, nothing has changed.
    """
    journal = lock_journal(journal)
    if journal.state == JournalState.POSTED.value and _decided_by(journal, actor):
        return journal
    check_may_become(journal, JournalState.APPROVED)
    _check_second_person(journal, actor)
    now_digest = digest_of_journal(journal)
    if digest != now_digest:
        raise JournalChanged(_("This journal was changed since you read it. Read it again before you approve."))
    check = check_sound(journal, today=today)
    assert journal.approval is not None, "what waits has a request for approval"
    journal.approval = approvals.approve(approval=journal.approval, decided_by=actor, digest=now_digest, at=at)
    change_state(journal, JournalState.APPROVED, actor=actor, at=at, digest=now_digest)
    mails.tell_writers(journal, actor=actor, at=at, approved=True)
    post_checked(journal, check, actor=actor, at=at)
    return journal


@transaction.atomic
def refuse_journal(*, journal: ManualJournal, reason: str, actor: Actor, at: datetime) -> ManualJournal:
    """Say no, as the second person, and why; its writers are told by mail and may change it.

    Raises:
        WhyMissing: no reason was given.
        SamePerson: they wrote some of it; a writer withdraws.
        NotAPerson: a key wants to refuse.
        JournalWrongState: it does not wait for anybody.
    """
    why = check_reason(reason)
    journal = lock_journal(journal)
    if journal.state == JournalState.REFUSED.value and _decided_by(journal, actor):
        return journal
    check_may_become(journal, JournalState.REFUSED)
    _check_second_person(journal, actor)
    assert journal.approval is not None, "what waits has a request for approval"
    journal.approval = approvals.refuse_approval(approval=journal.approval, decided_by=actor, at=at, reason=why)
    change_state(journal, JournalState.REFUSED, actor=actor, at=at, reason=why)
    mails.tell_writers(journal, actor=actor, at=at, approved=False, reason=why)
    return journal


def check_sound(journal: ManualJournal, *, today: date) -> JournalCheck:
    """Check a stored journal against the book as it is now.

    Raises:
        JournalUnsound: something is wrong.
    """
    check = check_journal(book=journal.book, typed=typed_of(journal), today=today)
    if not check.is_sound:
        raise unsound(check.problems)
    return check


def post_checked(journal: ManualJournal, check: JournalCheck, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """Post a locked and checked journal: an entry of its own, or the exact mirror of the one that it reverses.

    The ledger comes last but for the journal's own row, because it takes the locks that everybody waits for.

    Raises:
        DomainError: as `ledger.operations.post`.
    """
    assert journal.effective_on is not None, "a sound journal has a date"
    key, authority = f"journal:{journal.public_id}", AUTHORITY if check.is_soft else ""
    digest = digest_of_journal(journal)
    if journal.reverses is not None:
        assert journal.reverses.entry is not None, "only a posted journal is reversed"
        posted = ledger.reverse(
            entry=journal.reverses.entry,
            key=key,
            effective_on=journal.effective_on,
            actor=actor.ref,
            reason=journal.narration[:REVERSAL_REASON_LENGTH],
            authority=authority,
            recorded_at=at,
        )
    else:
        posted = ledger.post(
            book=journal.book,
            key=key,
            kind=ENTRY_KIND,
            effective_on=journal.effective_on,
            lines=[ledger.Line(**pair._asdict()) for pair in check.pairs],
            narration=journal.narration,
            actor=actor.ref,
            source=journal.public_id,
            authority=authority,
            recorded_at=at,
        )
    journal.entry = posted.entry
    journal.posted_at = at
    change_state(journal, JournalState.POSTED, actor=actor, at=at, reason=reason, digest=digest)


def _ask_second_person(journal: ManualJournal, *, actor: Actor, at: datetime) -> None:
    digest = digest_of_journal(journal)
    journal.approval = approvals.request_approval(
        kind=APPROVAL_KIND,
        organisation=journal.organisation.public_id,
        subject=journal.public_id,
        requested_by=actor,
        digest=digest,
        at=at,
    )
    journal.submitted_at = at
    if actor.user_id is not None and actor.user_id not in journal.writer_ids:
        journal.writer_ids = [*journal.writer_ids, actor.user_id]
    change_state(journal, JournalState.SUBMITTED, actor=actor, at=at, digest=digest)
    mails.tell_deciders(journal, at=at)


def _check_second_person(journal: ManualJournal, actor: Actor) -> None:
    if actor.user_id in journal.writer_ids:
        raise approvals.SamePerson(_("Somebody else has to decide this: you wrote some of it."))


def _decided_by(journal: ManualJournal, actor: Actor) -> bool:
    """Whether this very person decided it, so that their second click is answered like the first."""
    if journal.approval is None:
        return False
    return bool(journal.approval.decisions.filter(decided_by=actor.ref).exists())
