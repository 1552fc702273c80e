"""Writing down money that moved, and asking a second person; nothing is posted yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from foundation import approvals, audit
from foundation.access import Actor
from foundation.ids import new_public_id
from foundation.registries import RECORDED_PURPOSES, RecordedPurpose
from ledger.models import Book
from ledger.operations import Line
from payments.models import RecordedLine, RecordedMoney
from payments.operations.recording import mails
from payments.operations.recording.errors import (
    Problem,
    RecordKeyTaken,
    RecordNotReversible,
    UnknownRecordedPurpose,
    unsound,
)
from payments.operations.recording.facts import MoneyFacts, find_day_problems, find_problems
from payments.operations.recording.rows import check_reason, digest_of_record, lock_record
from payments.states import Direction, RecordedState
from people.models import Organisation

APPROVAL_KIND: Final = "payments.recorded_money"


def record_receipt(
    *, organisation: Organisation, book: Book, facts: MoneyFacts, key: str, actor: Actor, at: datetime, today: date
) -> RecordedMoney:
    """Write down money that came, and ask a second person to let it into the books; they are told by mail.

    Args:
        organisation: Whose money it is.
        book: One of its books.
        facts: What is on the statement, and what the money is for.
        key: Names this receipt within the organisation; the same key with the same facts gives the first record.
        actor: Who; the caller has checked that they may.
        at: Now.
        today: The legal day.

    Returns:
        The record, waiting.

    Raises:
        RecordUnsound: something is wrong; `facts["problems"]` lists all of it. Nothing is kept.
        UnknownRecordedPurpose: no room registered the purpose, or not for money that comes.
        RecordKeyTaken: the key was used for something else.
        DomainError: whatever the purpose's own check refuses with.
    """
    return _record(organisation, book, Direction.IN, facts, key=key, actor=actor, at=at, today=today)


def record_payment(
    *, organisation: Organisation, book: Book, facts: MoneyFacts, key: str, actor: Actor, at: datetime, today: date
) -> RecordedMoney:
    """Write down money that was paid, and ask a second person to let it into the books; else as `record_receipt`.

    Args:
        organisation: Whose money it was.
        book: One of its books.
        facts: What is on the statement, and what the money was for.
        key: As `record_receipt`.
        actor: As `record_receipt`.
        at: Now.
        today: The legal day.

    Raises:
        RecordUnsound, UnknownRecordedPurpose, RecordKeyTaken, DomainError: as `record_receipt`.
    """
    return _record(organisation, book, Direction.OUT, facts, key=key, actor=actor, at=at, today=today)


@transaction.atomic
def reverse_recorded(
    *, record: RecordedMoney, moved_on: date, reason: str, actor: Actor, at: datetime, today: date
) -> RecordedMoney:
    """Ask a second person to undo what was recorded wrongly: by its exact mirror, as a record of its own.

    Args:
        record: What is in the books; it stays as it is.
        moved_on: The day for which the reversal counts, not before that of the record.
        reason: Why.
        actor: Who; the caller has checked that they may.
        at: Now.
        today: The legal day.

    Returns:
        The reversal, waiting; the one that waits already where there is one that says the same.

    Raises:
        RecordNotReversible: it is not in the books, is a reversal, or has one that says something else.
        RecordReasonMissing: no reason was given.
        RecordUnsound: the day lies ahead, before the record's own, or in a closed period.
        DomainError: whatever the purpose's own check refuses with.
    """
    why = check_reason(reason)
    _lock_first(_purpose_of(record.purpose, record.direction), record.subject)
    original = lock_record(record)
    if original.state != RecordedState.APPROVED or original.reverses_id is not None:
        raise RecordNotReversible(_("Only what is in the books can be reversed, and a reversal never."))
    live = original.reversals.live().first()
    if live is not None:
        if (live.moved_on, live.note, live.requested_by) == (moved_on, why, actor.ref):
            return live
        raise RecordNotReversible(_("This is reversed already, or its reversal waits for a second person."))
    problems = list(find_day_problems(book=original.book, on=moved_on, today=today))
    if moved_on < original.moved_on:
        problems.append(Problem("moved_on", "day_before_record", _("A reversal cannot count before its record.")))
    if problems:
        raise unsound(problems)
    number = original.reversals.count() + 1
    facts = replace(facts_of(original), moved_on=moved_on, note=why)
    mirror = [
        Line(
            debit=line.credit, debit_owner=line.credit_owner, credit=line.debit, credit_owner=line.debit_owner,
            amount=line.amount_pence, fund=line.fund,
        )
        for line in original.lines.order_by("number")
    ]  # fmt: skip
    reversal = _draft(original.organisation, original.book, original.direction, facts, actor=actor, at=at)
    reversal.reverses, reversal.key = original, f"reversal:{original.public_id}:{number}"
    _purpose_of(original.purpose, original.direction).check(reversal)
    return _ask(reversal, mirror, actor=actor, at=at)


def facts_of(record: RecordedMoney) -> MoneyFacts:
    """Give what a record says, as it was given."""
    return MoneyFacts(**{name: getattr(record, name) for name in MoneyFacts.__slots__})


def _record(
    organisation: Organisation,
    book: Book,
    direction: str,
    facts: MoneyFacts,
    *,
    key: str,
    actor: Actor,
    at: datetime,
    today: date,
) -> RecordedMoney:
    assert book.organisation == organisation.public_id, "money is recorded in a book of its own organisation"
    words: dict[str, Any] = {name: _plain(text) for name, text in asdict(facts).items() if isinstance(text, str)}
    facts = replace(facts, **words)
    try:
        with transaction.atomic():
            purpose = _purpose_of(facts.purpose, direction)
            _lock_first(purpose, facts.subject)
            existing = _find_same(organisation, book, direction, facts, key)
            if existing is not None:
                return existing
            problems = find_problems(book=book, facts=facts, today=today)
            if problems:
                raise unsound(problems)
            record = _draft(organisation, book, direction, facts, actor=actor, at=at)
            record.key = key
            purpose.check(record)
            return _ask(record, purpose.lines(record), actor=actor, at=at)
    except IntegrityError:
        # Two requests with one key at once: the other one was written first.
        existing = _find_same(organisation, book, direction, facts, key)
        if existing is None:
            raise
        return existing


def _ask(record: RecordedMoney, lines: Sequence[Line], *, actor: Actor, at: datetime) -> RecordedMoney:
    """Keep a record with its lines, and ask for the second person."""
    assert _net(lines, record.account) == record.amount_pence * _sign(record), "the lines move another amount"
    kept = [
        RecordedLine(
            number=number,
            debit=line.debit,
            debit_owner=line.debit_owner,
            credit=line.credit,
            credit_owner=line.credit_owner,
            fund=line.fund,
            amount_pence=line.amount,
        )
        for number, line in enumerate(lines, start=1)
    ]
    digest = digest_of_record(record, kept)
    record.approval = approvals.request_approval(
        kind=APPROVAL_KIND,
        organisation=record.organisation.public_id,
        subject=record.public_id,
        requested_by=actor,
        digest=digest,
        at=at,
    )
    record.save()
    for line in kept:
        line.record = record
    RecordedLine.objects.bulk_create(kept)
    audit.record(
        actor=actor.ref,
        action="payments.recorded_requested",
        at=at,
        organisation=record.organisation.public_id,
        subject=record.public_id,
        after={
            "direction": record.direction,
            "amount_pence": record.amount_pence,
            "moved_on": record.moved_on.isoformat(),
            "purpose": record.purpose,
            "of": record.subject,
            "reverses": record.reverses.public_id if record.reverses else None,
            "digest": digest,
        },
    )
    mails.tell_deciders(record, at=at)
    return record


def _draft(
    organisation: Organisation, book: Book, direction: str, facts: MoneyFacts, *, actor: Actor, at: datetime
) -> RecordedMoney:
    return RecordedMoney(
        public_id=new_public_id(RecordedMoney.public_id_prefix),
        organisation=organisation,
        book=book,
        direction=direction,
        currency=book.currency,
        requested_by=actor.ref,
        requested_at=at,
        **asdict(facts),
    )


def _find_same(
    organisation: Organisation, book: Book, direction: str, facts: MoneyFacts, key: str
) -> RecordedMoney | None:
    """Find what was recorded under the key, if it is this.

    Raises:
        RecordKeyTaken: it is something else.
    """
    found = RecordedMoney.objects.with_everything().filter(organisation=organisation, key=key).first()
    if found is not None and (found.book_id, found.direction, facts_of(found)) != (book.pk, direction, facts):
        raise RecordKeyTaken(
            _("Something else was recorded with this form or key. Begin again to record another one."),
            record=found.public_id,
        )
    return found


def _purpose_of(name: str, direction: str) -> RecordedPurpose:
    purpose = RECORDED_PURPOSES.find(name)
    if purpose is None or direction not in purpose.directions:
        raise UnknownRecordedPurpose(_("Nobody here knows what this money would be for."), purpose=name)
    return purpose


def _lock_first(purpose: RecordedPurpose, subject: str) -> None:
    if purpose.lock_first is not None and subject:
        purpose.lock_first(subject)


def _net(lines: Sequence[Line], account: str) -> int:
    """What the lines add to an account, debits less credits."""
    return sum(line.amount * ((line.debit == account) - (line.credit == account)) for line in lines)


def _sign(record: RecordedMoney) -> int:
    """+1 where the bank account grows."""
    return 1 if record.is_receipt == (record.reverses is None) else -1


def _plain(text: str) -> str:
    """Put words on one line with single spaces; what cannot be printed stays, to be refused by name."""
    return " ".join(text.split())
