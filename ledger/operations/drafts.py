"""What is asked to be posted, and how it is written down for the database: hashed, and as plain rows."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS

from foundation.ids import new_public_id
from ledger.arithmetic.content import (
    HASH_VERSION,
    EntryContent,
    TransferContent,
    compute_hashes,
    compute_narration_digest,
)
from ledger.models import Book, Entry
from ledger.operations.refusals import check_shape

_COLUMNS: Final = tuple(field.attname for field in Entry._meta.concrete_fields)  # noqa: SLF001 - documented API

_SELDOM: Final = ("source", "reason", "batch", "authority", "narration_digest")


@dataclass(frozen=True, slots=True)
class Line:
    """One transfer: debit one account, credit another, by code.

    `amount` is in minor units of `currency`, above zero; no currency means the book's own. Both accounts are kept in
    that currency. `fund` names restricted money; both sides of a transfer carry it, so each fund balances by itself.
    """

    debit: str
    credit: str
    amount: int
    debit_owner: str = ""
    credit_owner: str = ""
    fund: str = ""
    currency: str = ""


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
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry ready to be sent, with what was asked beside it. Only a log brings words that were erased already."""

    request: NewEntry
    entry: Entry
    narration: str
    salt: str
    transfers: Sequence[TransferContent]
    erased_at: datetime | None = None


def draft(book: Book, request: NewEntry, *, actor: str, recorded_at: datetime, reverses: Entry | None = None) -> Draft:
    """Check what can be checked without the database, and hash the entry.

    Raises:
        NothingToPost, UnusableText, AmountOutOfRange, SidesEqual: the request cannot be right.
    """
    narration = one_line(request.narration)
    check_shape(request, actor=actor, narration=narration)
    transfers = [_content_of(line, currency=line.currency or book.currency) for line in request.lines]
    salt = secrets.token_hex(16) if narration else ""
    content = EntryContent(
        book=book.slug,
        public_id=new_public_id("ent"),
        key=request.key,
        kind=request.kind,
        effective_on=request.effective_on,
        recorded_at=recorded_at,
        actor=actor,
        source=request.source,
        reason=request.reason,
        batch=request.batch,
        authority=request.authority,
        reverses=reverses.public_id if reverses else "",
        narration_digest=compute_narration_digest(narration, salt=salt),
        transfers=transfers,
    )
    entry = _make_entry(book, content, reverses)
    if narration != request.narration:
        request = replace(request, narration=narration)
    return Draft(request, entry, narration, salt, transfers)


def entry_row(one: Draft) -> dict[str, Any]:
    """An entry as `ledger_post` takes it; what is empty is left out, which spares both sides half of the text."""
    entry = one.entry
    row = {
        "public_id": entry.public_id,
        "key": entry.key,
        "kind": entry.kind,
        "effective_on": entry.effective_on.isoformat(),
        "recorded_at": entry.recorded_at.isoformat(),
        "actor": entry.actor,
        "line_count": entry.line_count,
        "fingerprint": entry.fingerprint,
        "hash_version": entry.hash_version,
        "content_hash": entry.content_hash,
    }
    for name in _SELDOM:
        if value := getattr(entry, name):
            row[name] = value
    if entry.reverses_id:
        row["reverses"] = entry.reverses_id
    if one.narration:
        row["narration"], row["salt"] = one.narration, one.salt
    if one.erased_at:
        row["erased_at"] = one.erased_at.isoformat()
    return row


def line_rows(one: Draft) -> list[dict[str, Any]]:
    """The transfers of an entry as `ledger_post` takes them; what is empty is left out."""
    rows = []
    for number, transfer in enumerate(one.transfers, start=1):
        row = {
            "entry": one.entry.public_id,
            "line_no": number,
            "currency": transfer.currency,
            "debit": transfer.debit,
            "credit": transfer.credit,
            "amount": transfer.amount,
        }
        if transfer.debit_owner:
            row["debit_owner"] = transfer.debit_owner
        if transfer.credit_owner:
            row["credit_owner"] = transfer.credit_owner
        if transfer.fund:
            row["fund"] = transfer.fund
        rows.append(row)
    return rows


def one_line(text: str) -> str:
    """Put words on one line: what cannot be printed, line ends included, becomes a space."""
    if text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _make_entry(book: Book, content: EntryContent, reverses: Entry | None) -> Entry:
    fingerprint, content_hash = compute_hashes(content)
    made = {
        "id": None,
        "book_id": book.pk,
        "reverses_id": reverses.pk if reverses else None,
        "line_count": len(content.transfers),
        "fingerprint": fingerprint,
        "hash_version": HASH_VERSION,
        "content_hash": content_hash,
    }
    # As a row that was read: a third of the time that the model's own constructor takes for names.
    row = [made[name] if name in made else getattr(content, name) for name in _COLUMNS]
    entry = Entry.from_db(DEFAULT_DB_ALIAS, _COLUMNS, row)
    entry.book = book
    if reverses:
        entry.reverses = reverses
    return entry


def _content_of(line: Line, *, currency: str) -> TransferContent:
    return TransferContent(
        line.debit, line.debit_owner, line.credit, line.credit_owner, line.amount, currency, line.fund
    )
