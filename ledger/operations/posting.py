"""Posting: one call of a database function, whatever the number of entries and lines."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection

from foundation.ids import new_public_id
from ledger.arithmetic.content import (
    HASH_VERSION,
    EntryContent,
    TransferContent,
    compute_content_hash,
    compute_fingerprint,
    compute_narration_digest,
)
from ledger.models import Book, Entry, Transfer
from ledger.operations.refusals import check_shape, refusal_of
from ledger.operations.replays import check_same_request


@dataclass(frozen=True, slots=True)
class Line:
    """One transfer: debit one account, credit another, by code. `amount` is in minor units, above zero."""

    debit: str
    credit: str
    amount: int
    debit_owner: str = ""
    credit_owner: str = ""
    fund: str = ""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is asked to be posted; see `post` for the parts."""

    key: str
    kind: str
    effective_on: date
    lines: Sequence[Line]
    narration: str = ""
    source: str = ""
    reason: str = ""
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """The entry under the key, and whether it was there before this call."""

    entry: Entry
    replayed: bool


@dataclass(frozen=True, slots=True)
class _Draft:
    """An entry ready to be sent, with what was asked beside it."""

    request: NewEntry
    entry: Entry
    narration: str
    salt: str
    transfers: Sequence[TransferContent]


def post(
    *,
    book: Book,
    key: str,
    kind: str,
    effective_on: date,
    lines: Sequence[Line],
    narration: str = "",
    actor: str,
    source: str = "",
    reason: str = "",
    batch: str = "",
    recorded_at: datetime,
) -> Posted:
    """Write one entry, once. Make it the last thing in the caller's transaction: it takes the balances' locks.

    Args:
        book: Whose accounts the codes are.
        key: Made by the caller from the event, before the first try: "stripe:charge:ch_1", "allotment:alt_1:app_1".
        kind: What happened: "application_paid", "allotment".
        effective_on: The day the entry counts for.
        lines: At least one; each debits one account and credits another, in minor units.
        narration: Words for people; kept apart and erasable, so still no place for personal data.
        actor: Who: "user:usr_1", "system:sweep".
        source: Opaque reference of what it comes from: "pay_1".
        reason: A code or a few words, for corrections.
        batch: Ties entries of one event in several books.
        recorded_at: Now.

    Returns:
        The entry; `replayed` when the key had been posted with the same content.

    Raises:
        IdempotencyConflict: the key was used for something else; names the fields.
        LimitExceeded: an account's or owner's floor or ceiling is in the way.
        PeriodClosed: the book is closed through that day or a later one.
        UnknownAccount, OwnerMismatch, SidesEqual, AmountOutOfRange, NothingToPost, UnusableText, CurrencyMismatch:
            the request cannot be right.
    """
    request = NewEntry(key, kind, effective_on, lines, narration, source, reason, batch)
    return post_many(book=book, entries=[request], actor=actor, recorded_at=recorded_at)[0]


def post_many(*, book: Book, entries: Sequence[NewEntry], actor: str, recorded_at: datetime) -> list[Posted]:
    """Write several entries of one book in one statement: all or none, locks taken once and in order.

    Several calls of `post` in one transaction can deadlock with another such transaction; one call of this cannot.

    Returns:
        One result for each entry, in the order given.

    Raises:
        DomainError: as `post`; then nothing is written.
    """
    drafts = [_draft(book, request, actor=actor, recorded_at=recorded_at) for request in entries]
    return _send(book, drafts) if drafts else []


def reverse(
    *, entry: Entry, key: str, effective_on: date, actor: str, reason: str, recorded_at: datetime, batch: str = ""
) -> Posted:
    """Undo an entry by its exact mirror: every debit becomes a credit. The original stays.

    Args:
        entry: What to reverse.
        key: As in `post`.
        effective_on: The day the reversal counts for; the caller chooses, because the original day may be closed.
        actor: Who.
        reason: Why; a reversal is never without.
        recorded_at: Now.
        batch: As in `post`.

    Raises:
        AlreadyReversed: the entry was reversed under another key.
        ReversalNotReversible: the entry is itself a reversal.
        LimitExceeded, PeriodClosed, IdempotencyConflict: as `post`.
    """
    book = entry.book
    transfers = Transfer.objects.filter(entry=entry).select_related("debit_account", "credit_account")
    mirror = [
        Line(
            debit=transfer.credit_account.code,
            debit_owner=transfer.credit_owner,
            credit=transfer.debit_account.code,
            credit_owner=transfer.debit_owner,
            amount=transfer.amount,
            fund=transfer.fund,
        )
        for transfer in transfers.order_by("line_no")
    ]
    request = NewEntry(key, f"{entry.kind}_reversal", effective_on, mirror, "", entry.source, reason, batch)
    draft = _draft(book, request, actor=actor, recorded_at=recorded_at, reverses=entry)
    return _send(book, [draft])[0]


def _draft(
    book: Book, request: NewEntry, *, actor: str, recorded_at: datetime, reverses: Entry | None = None
) -> _Draft:
    narration = _one_line(request.narration)
    check_shape(request, actor=actor, narration=narration)
    transfers = [_content_of(line, currency=book.currency) for line in request.lines]
    salt = secrets.token_hex(16) if narration else ""
    reversed_id = reverses.public_id if reverses else ""
    entry = Entry(
        book=book,
        public_id=new_public_id("ent"),
        key=request.key,
        kind=request.kind,
        effective_on=request.effective_on,
        recorded_at=recorded_at,
        actor=actor,
        source=request.source,
        reason=request.reason,
        batch=request.batch,
        reverses=reverses,
        line_count=len(transfers),
        narration_digest=compute_narration_digest(narration, salt=salt),
        hash_version=HASH_VERSION,
        fingerprint=compute_fingerprint(
            kind=request.kind,
            effective_on=request.effective_on,
            source=request.source,
            reason=request.reason,
            batch=request.batch,
            reverses=reversed_id,
            transfers=transfers,
        ),
    )
    entry.content_hash = _hash_content(entry, reverses=reversed_id, transfers=transfers)
    return _Draft(replace(request, narration=narration), entry, narration, salt, transfers)


def _hash_content(entry: Entry, *, reverses: str, transfers: Sequence[TransferContent]) -> str:
    return compute_content_hash(
        EntryContent(
            book=entry.book.slug,
            public_id=entry.public_id,
            key=entry.key,
            kind=entry.kind,
            effective_on=entry.effective_on,
            recorded_at=entry.recorded_at,
            actor=entry.actor,
            source=entry.source,
            reason=entry.reason,
            batch=entry.batch,
            reverses=reverses,
            narration_digest=entry.narration_digest,
            transfers=transfers,
        )
    )


def _send(book: Book, drafts: Sequence[_Draft]) -> list[Posted]:
    entries = [_entry_row(draft) for draft in drafts]
    lines = [row for draft in drafts for row in _line_rows(draft)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_post(%s, %s::jsonb, %s::jsonb)", [book.pk, json.dumps(entries), json.dumps(lines)]
        )
        answer = json.loads(cursor.fetchone()[0])
    if "refused" in answer:
        all_lines = [line for draft in drafts for line in draft.request.lines]
        raise refusal_of(answer["refused"], book=book, lines=all_lines)
    posted = dict(answer["posted"])
    replayed = dict(answer["replayed"])
    stored = _stored(replayed.values())
    results = []
    for draft in drafts:
        if draft.entry.public_id in posted:
            results.append(Posted(_as_saved(draft.entry, posted[draft.entry.public_id]), replayed=False))
        else:
            earlier = stored[replayed[draft.entry.public_id]]
            check_same_request(earlier, asked=draft.entry, narration=draft.narration, transfers=draft.transfers)
            results.append(Posted(earlier, replayed=True))
    return results


def _stored(ids: Any) -> dict[int, Entry]:
    # Read only on replay, so that a first posting is a single round trip.
    if not ids:
        return {}
    return {one.pk: one for one in Entry.objects.filter(pk__in=list(ids)).select_related("narration", "book")}


def _as_saved(entry: Entry, pk: int) -> Entry:
    entry.pk = pk
    names = [field.attname for field in Entry._meta.concrete_fields]  # noqa: SLF001 - documented API
    saved = Entry.from_db(DEFAULT_DB_ALIAS, names, [getattr(entry, name) for name in names])
    saved.book = entry.book
    return saved


def _entry_row(draft: _Draft) -> dict[str, Any]:
    entry = draft.entry
    return {
        "public_id": entry.public_id,
        "key": entry.key,
        "kind": entry.kind,
        "effective_on": entry.effective_on.isoformat(),
        "recorded_at": entry.recorded_at.isoformat(),
        "actor": entry.actor,
        "source": entry.source,
        "reason": entry.reason,
        "batch": entry.batch,
        "reverses": entry.reverses_id,
        "line_count": entry.line_count,
        "fingerprint": entry.fingerprint,
        "narration_digest": entry.narration_digest,
        "hash_version": entry.hash_version,
        "content_hash": entry.content_hash,
        "narration": draft.narration,
        "salt": draft.salt,
    }


def _line_rows(draft: _Draft) -> list[dict[str, Any]]:
    return [
        {
            "entry": draft.entry.public_id,
            "line_no": number,
            "effective_on": draft.entry.effective_on.isoformat(),
            "currency": transfer.currency,
            "debit": transfer.debit,
            "debit_owner": transfer.debit_owner,
            "credit": transfer.credit,
            "credit_owner": transfer.credit_owner,
            "amount": transfer.amount,
            "fund": transfer.fund,
        }
        for number, transfer in enumerate(draft.transfers, start=1)
    ]


def _content_of(line: Line, *, currency: str) -> TransferContent:
    return TransferContent(
        debit=line.debit,
        debit_owner=line.debit_owner,
        credit=line.credit,
        credit_owner=line.credit_owner,
        amount=line.amount,
        currency=currency,
        fund=line.fund,
    )


def _one_line(text: str) -> str:
    """Put words on one line: what cannot be printed, line ends included, becomes a space."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
