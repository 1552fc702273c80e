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
    TransferContent,
    compute_fingerprint,
    compute_narration_digest,
)
from ledger.models import Book, Entry
from ledger.operations.refusals import check_shape
from ledger.queries.entries import hash_entry

_COLUMNS: Final = tuple(field.attname for field in Entry._meta.concrete_fields)  # noqa: SLF001 - documented API


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
    """An entry ready to be sent, with what was asked beside it."""

    request: NewEntry
    entry: Entry
    narration: str
    salt: str
    transfers: Sequence[TransferContent]


def draft(book: Book, request: NewEntry, *, actor: str, recorded_at: datetime, reverses: Entry | None = None) -> Draft:
    """Check what can be checked without the database, and hash the entry.

    Raises:
        NothingToPost, UnusableText, AmountOutOfRange, SidesEqual: the request cannot be right.
    """
    narration = one_line(request.narration)
    check_shape(request, actor=actor, narration=narration)
    transfers = [_content_of(line, currency=line.currency or book.currency) for line in request.lines]
    salt = secrets.token_hex(16) if narration else ""
    reversed_id = reverses.public_id if reverses else ""
    fingerprint = compute_fingerprint(
        kind=request.kind,
        effective_on=request.effective_on,
        source=request.source,
        reason=request.reason,
        batch=request.batch,
        reverses=reversed_id,
        transfers=transfers,
    )
    entry = _make_entry(
        id=None,
        book_id=book.pk,
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
        reverses_id=reverses.pk if reverses else None,
        line_count=len(transfers),
        fingerprint=fingerprint,
        narration_digest=compute_narration_digest(narration, salt=salt),
        hash_version=HASH_VERSION,
        content_hash="",
    )
    entry.book = book
    if reverses:
        entry.reverses = reverses
    entry.content_hash = hash_entry(entry, reverses=reversed_id, transfers=transfers)
    if narration != request.narration:
        request = replace(request, narration=narration)
    return Draft(request, entry, narration, salt, transfers)


def entry_row(one: Draft) -> dict[str, Any]:
    """An entry as `ledger_post` takes it."""
    entry = one.entry
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
        "authority": entry.authority,
        "reverses": entry.reverses_id,
        "line_count": entry.line_count,
        "fingerprint": entry.fingerprint,
        "narration_digest": entry.narration_digest,
        "hash_version": entry.hash_version,
        "content_hash": entry.content_hash,
        "narration": one.narration,
        "salt": one.salt,
    }


def line_rows(one: Draft) -> list[dict[str, Any]]:
    """The transfers of an entry as `ledger_post` takes them."""
    return [
        {
            "entry": one.entry.public_id,
            "line_no": number,
            "effective_on": one.entry.effective_on.isoformat(),
            "currency": transfer.currency,
            "debit": transfer.debit,
            "debit_owner": transfer.debit_owner,
            "credit": transfer.credit,
            "credit_owner": transfer.credit_owner,
            "amount": transfer.amount,
            "fund": transfer.fund,
        }
        for number, transfer in enumerate(one.transfers, start=1)
    ]


def one_line(text: str) -> str:
    """Put words on one line: what cannot be printed, line ends included, becomes a space."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _make_entry(**values: Any) -> Entry:
    # As a row that was read: a third of the time that the model's own constructor takes for names.
    return Entry.from_db(DEFAULT_DB_ALIAS, _COLUMNS, [values[name] for name in _COLUMNS])


def _content_of(line: Line, *, currency: str) -> TransferContent:
    return TransferContent(
        line.debit, line.debit_owner, line.credit, line.credit_owner, line.amount, currency, line.fund
    )
