"""The second person's word on recorded money: into the books in the same transaction, or not at all."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import approvals
from foundation.access import Actor
from foundation.registries import RECORDED_PURPOSES
from ledger import operations as ledger
from ledger.models import Entry
from payments.models import RecordedMoney
from payments.operations.recording import mails
from payments.operations.recording.errors import unsound
from payments.operations.recording.facts import find_day_problems
from payments.operations.recording.rows import (
    check_may_become,
    check_reason,
    digest_of_record,
    lock_record,
    move_record,
)
from payments.states import Direction, RecordedState

ENTRY_KINDS: Final = {Direction.IN: "payments.recorded_receipt", Direction.OUT: "payments.recorded_payment"}
AUTHORITY: Final = "finance"


@transaction.atomic
def approve_recorded(*, record: RecordedMoney, actor: Actor, at: datetime, today: date) -> RecordedMoney:
    """Agree, as the second person, to what was recorded; it is posted and its purpose told in the same transaction.

    Saying yes a second time changes nothing.

    Args:
        record: Which.
        actor: The second person; the caller has checked their role, and that they proved lately who they are.
        at: Now.
        today: The legal day.

    Returns:
        The record, in the books.

    Raises:
        SamePerson: they asked for it themselves.
        NotAPerson: a key wants to approve.
        RecordDecided: somebody decided before.
        RecordUnsound: meanwhile its day was closed.
        DomainError: as `ledger.operations.post`, or whatever the purpose refuses with. Whatever is raised, nothing
            has changed.
    """
    purpose = RECORDED_PURPOSES.get(record.purpose)
    if purpose.lock_first is not None and record.subject:
        purpose.lock_first(record.subject)
    record = lock_record(record)
    if record.state == RecordedState.APPROVED and record.decided_by == actor.ref:
        return record
    check_may_become(record, RecordedState.APPROVED)
    problems = list(find_day_problems(book=record.book, on=record.moved_on, today=today))
    if problems:
        raise unsound(problems)
    approvals.approve(
        approval=record.approval,
        decided_by=actor,
        digest=digest_of_record(record, list(record.lines.order_by("number"))),
        at=at,
    )
    purpose.check(record)
    mails.tell_asker(record, actor=actor, at=at, approved=True)
    # The ledger comes last but for the record's own row: it takes the locks that everybody waits for.
    record.entry = _post(record, actor=actor, at=at)
    move_record(record, RecordedState.APPROVED, actor=actor, at=at)
    (purpose.settled if record.reverses is None else purpose.reversed)(record=record, at=at)
    return record


@transaction.atomic
def refuse_recorded(*, record: RecordedMoney, reason: str, actor: Actor, at: datetime) -> RecordedMoney:
    """Say no, as the second person, and why; whoever wrote it down is told by mail. Nothing is posted.

    Args:
        record: Which.
        reason: Why.
        actor: The second person; the caller has checked their role.
        at: Now.

    Raises:
        RecordReasonMissing: no reason was given.
        SamePerson: they wrote it down themselves; they withdraw.
        NotAPerson: a key wants to refuse.
        RecordDecided: somebody decided before.
    """
    why = check_reason(reason)
    record = lock_record(record)
    if record.state == RecordedState.REFUSED and record.decided_by == actor.ref:
        return record
    check_may_become(record, RecordedState.REFUSED)
    if actor.user_id == record.approval.requested_by_user:
        raise approvals.SamePerson(_("You wrote this down yourself. Withdraw it instead."))
    approvals.refuse_approval(approval=record.approval, decided_by=actor, at=at, reason=why)
    move_record(record, RecordedState.REFUSED, actor=actor, at=at, reason=why)
    mails.tell_asker(record, actor=actor, at=at, approved=False, reason=why)
    return record


@transaction.atomic
def withdraw_recorded(*, record: RecordedMoney, actor: Actor, at: datetime) -> RecordedMoney:
    """Take back what nobody has decided yet; a withdrawn record stays withdrawn however often it is asked.

    Args:
        record: Which.
        actor: Who; the caller has checked that they may record money.
        at: Now.

    Raises:
        RecordDecided: somebody decided before.
    """
    record = lock_record(record)
    if record.state == RecordedState.WITHDRAWN:
        return record
    move_record(record, RecordedState.WITHDRAWN, actor=actor, at=at)
    approvals.void_approval(
        approval=record.approval, actor=actor.ref, digest=record.approval.digest, at=at, reason="withdrawn"
    )
    return record


def _post(record: RecordedMoney, *, actor: Actor, at: datetime) -> Entry:
    """Post the lines that were approved: an entry of its own, or the exact mirror of the one that it reverses."""
    key, soft = f"recorded:{record.public_id}", record.book.soft_through
    # Whoever records money keeps the books, and so may post where they are closed to others.
    authority = AUTHORITY if soft is not None and record.moved_on <= soft else ""
    if record.reverses is not None:
        assert record.reverses.entry is not None, "only what is in the books is reversed"
        posted = ledger.reverse(
            entry=record.reverses.entry,
            key=key,
            effective_on=record.moved_on,
            actor=actor.ref,
            reason=record.note,
            batch=record.batch,
            authority=authority,
            recorded_at=at,
        )
        return posted.entry
    lines = [
        ledger.Line(
            debit=line.debit,
            debit_owner=line.debit_owner,
            credit=line.credit,
            credit_owner=line.credit_owner,
            fund=line.fund,
            amount=line.amount_pence,
        )
        for line in record.lines.order_by("number")
    ]
    posted = ledger.post(
        book=record.book,
        key=key,
        kind=ENTRY_KINDS[record.direction],
        effective_on=record.moved_on,
        lines=lines,
        narration=record.note,
        actor=actor.ref,
        source=record.public_id,
        batch=record.batch,
        authority=authority,
        recorded_at=at,
    )
    return posted.entry
