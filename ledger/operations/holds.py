"""Holds: reserving money, posting it in whole or in part, letting it go."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from foundation.ids import new_public_id
from ledger.models import Book, Hold, HoldEnd
from ledger.operations.drafts import Line, NewEntry, draft
from ledger.operations.errors import HoldEnded, IdempotencyConflict
from ledger.operations.posting import EndedHold, Posted, send
from ledger.operations.refusals import check_line, check_text, refusal_of
from ledger.states import HoldEnding

_COMPARED: Final = ("kind", "currency", "debit_owner", "credit_owner", "amount", "fund", "expires_at", "source")


def hold(
    *,
    book: Book,
    key: str,
    kind: str,
    line: Line,
    expires_at: datetime | None = None,
    actor: str,
    source: str = "",
    held_at: datetime,
) -> Hold:
    """Reserve money for a transfer that may follow. What is held is out of reach of every other posting and hold.

    Args:
        book: Whose accounts the codes are.
        key: As in `post`: the same key and the same request give back the first hold, also when it has ended.
        kind: What it is for: "withdrawal_requested".
        line: The transfer that may follow; its amount is the most that can be posted.
        expires_at: From when it can no longer be posted; None for no end.
        actor: Who.
        source: Opaque reference of what it comes from.
        held_at: Now.

    Raises:
        LimitExceeded: there is not enough to hold, or no room on the other side.
        IdempotencyConflict: the key was used for another hold; names the fields.
        AccountClosed, UnknownAccount, OwnerMismatch, CurrencyMismatch, AmountOutOfRange, SidesEqual, UnusableText:
            the request cannot be right.
    """
    for name, text, longest in (("key", key, 200), ("kind", kind, 64), ("actor", actor, 100)):
        check_text(name, text, longest, may_be_empty=False)
    check_text("source", source, 200, may_be_empty=True)
    check_line(line)
    asked = Hold(
        book=book,
        public_id=new_public_id("hld"),
        key=key,
        kind=kind,
        currency=line.currency or book.currency,
        debit_owner=line.debit_owner,
        credit_owner=line.credit_owner,
        amount=line.amount,
        fund=line.fund,
        held_at=held_at,
        expires_at=expires_at,
        actor=actor,
        source=source,
    )
    made, replayed = _call(asked, line)
    found = Hold.objects.select_related("book", "debit_account", "credit_account").get(pk=made)
    if replayed:
        _check_same(found, asked, line)
    return found


def post_hold(
    *, hold: Hold, key: str, effective_on: date, amount: int | None = None, actor: str, recorded_at: datetime
) -> Posted:
    """Post what was held, or part of it, and let the rest go, in one step.

    Args:
        hold: Which.
        key: As in `post`.
        effective_on: The day the entry counts for.
        amount: In minor units; None for all of it.
        actor: Who.
        recorded_at: Now.

    Raises:
        HoldEnded: it was posted under another key, voided, or expired.
        HoldTooSmall: more than was held.
        HoldExpired: its time is over.
        PeriodClosed, AccountClosed, IdempotencyConflict: as `post`.
    """
    taken = hold.amount if amount is None else amount
    line = Line(
        debit=hold.debit_account.code,
        credit=hold.credit_account.code,
        amount=taken,
        debit_owner=hold.debit_owner,
        credit_owner=hold.credit_owner,
        fund=hold.fund,
        currency=hold.currency,
    )
    request = NewEntry(key, hold.kind, effective_on, [line], source=hold.source or hold.public_id)
    one = draft(hold.book, request, actor=actor, recorded_at=recorded_at)
    return send(hold.book, [one], ends=EndedHold(hold.pk, taken, recorded_at, actor))[0]


def void_hold(*, hold: Hold, actor: str, at: datetime) -> HoldEnd:
    """Let go what was held. Doing it again gives the first result.

    Raises:
        HoldEnded: it was posted, or expired.
    """
    return _end(hold, HoldEnding.VOIDED, actor=actor, at=at)


def expire_holds(*, at: datetime, limit: int = 1_000) -> int:
    """Let go every hold whose time is over, and say how many. Any number of workers may do this at once."""
    due = Hold.objects.filter(end=None, expires_at__lte=at).order_by("expires_at", "id")[:limit]
    ended = 0
    for one in due:
        try:
            _end(one, HoldEnding.EXPIRED, actor="system:holds", at=at)
        except HoldEnded:
            continue  # somebody posted or voided it in this moment
        ended += 1
    return ended


def _end(hold: Hold, how: HoldEnding, *, actor: str, at: datetime) -> HoldEnd:
    try:
        with transaction.atomic():
            return HoldEnd.objects.create(hold=hold, how=how.value, ended_at=at, actor=actor)
    except IntegrityError as error:
        ended = HoldEnd.objects.filter(hold=hold).first()
        if ended is None:
            raise
        if ended.how == how:
            return ended
        raise HoldEnded(_("This hold has ended already."), hold=hold.public_id, how=ended.how) from error


def _call(asked: Hold, line: Line) -> tuple[int, bool]:
    """Hold in the database; give the row number, and whether the key had been used before."""
    row = {
        "public_id": asked.public_id,
        "key": asked.key,
        "kind": asked.kind,
        "currency": asked.currency,
        "debit": line.debit,
        "debit_owner": asked.debit_owner,
        "credit": line.credit,
        "credit_owner": asked.credit_owner,
        "amount": asked.amount,
        "fund": asked.fund,
        "held_at": asked.held_at.isoformat(),
        "expires_at": asked.expires_at.isoformat() if asked.expires_at else None,
        "actor": asked.actor,
        "source": asked.source,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_hold(%s, %s::jsonb)", [asked.book_id, json.dumps(row)])
        answer = json.loads(cursor.fetchone()[0])
    if "refused" in answer:
        raise refusal_of(answer["refused"], book=asked.book, lines=[line])
    return (answer["held"], False) if "held" in answer else (answer["replayed"], True)


def _check_same(found: Hold, asked: Hold, line: Line) -> None:
    fields = [name for name in _COMPARED if getattr(found, name) != getattr(asked, name)]
    fields += [side for side in ("debit", "credit") if getattr(found, f"{side}_account").code != getattr(line, side)]
    if fields:
        raise IdempotencyConflict(
            _("This has been held before, with another %(fields)s.") % {"fields": ", ".join(fields)},
            key=found.key,
            hold=found.public_id,
            fields=fields,
        )
