"""Everything about entries, read as a stream: what verification, the log and the journals are made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from django.db import connection

from foundation.patience import no_time_limit
from ledger.arithmetic.content import EntryContent, TransferContent

CHUNK: Final = 5_000

_ENTRIES: Final = """
    SELECT e.id, b.slug, e.public_id, e.key, e.kind, e.effective_on, e.recorded_at, e.actor, e.source, e.reason,
        e.batch, e.authority, coalesce(r.public_id, ''), e.line_count, e.fingerprint, e.narration_digest,
        e.hash_version, e.content_hash, n.text, n.salt, n.erased_at, s.seq, s.previous_hash, s.hash, s.sealed_at,
        d.code, t.debit_owner, c.code, t.credit_owner, t.amount, t.currency, t.fund, d.name, d.type, c.name, c.type
    FROM ledger_entry e
    JOIN ledger_book b ON b.id = e.book_id
    LEFT JOIN ledger_entry r ON r.id = e.reverses_id
    LEFT JOIN ledger_narration n ON n.entry_id = e.id
    LEFT JOIN ledger_seal s ON s.entry_id = e.id
    LEFT JOIN ledger_transfer t ON t.entry_id = e.id
    LEFT JOIN ledger_account d ON d.id = t.debit_account_id
    LEFT JOIN ledger_account c ON c.id = t.credit_account_id
    WHERE (%(book)s::text IS NULL OR b.slug = %(book)s)
      AND e.effective_on >= %(from_on)s AND e.effective_on < %(until_on)s
"""
_ORDERS: Final = {
    "chain": "ORDER BY e.book_id, s.seq, e.id, t.line_no",
    "journal": "ORDER BY e.book_id, e.effective_on, e.id, t.line_no",
}
_ENTRY_COLUMNS: Final = 25


class AccountName(NamedTuple):
    """What an account is called: its code, its name and the letter of its type."""

    code: str
    name: str
    type: str


class Record(NamedTuple):
    """One entry with all that is stored about it. `seq` and what follows it are None until it is sealed."""

    id: int
    book: str
    public_id: str
    key: str
    kind: str
    effective_on: date
    recorded_at: datetime
    actor: str
    source: str
    reason: str
    batch: str
    authority: str
    reverses: str
    line_count: int
    fingerprint: str
    narration_digest: str
    hash_version: int
    content_hash: str
    narration: str | None
    salt: str | None
    erased_at: datetime | None
    seq: int | None
    previous_hash: str | None
    seal_hash: str | None
    sealed_at: datetime | None
    lines: tuple[RecordLine, ...]

    def give_content(self) -> EntryContent:
        """Give the entry as it is hashed."""
        return EntryContent(
            book=self.book,
            public_id=self.public_id,
            key=self.key,
            kind=self.kind,
            effective_on=self.effective_on,
            recorded_at=self.recorded_at,
            actor=self.actor,
            source=self.source,
            reason=self.reason,
            batch=self.batch,
            authority=self.authority,
            reverses=self.reverses,
            narration_digest=self.narration_digest,
            transfers=[line.content for line in self.lines],
        )


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One transfer with the names of its accounts."""

    content: TransferContent
    debit: AccountName
    credit: AccountName


def records(
    *, book: str | None = None, order: str = "journal", from_on: date = date.min, until_on: date = date.max
) -> Iterator[Record]:
    """Go through entries without holding them all in memory.

    Args:
        book: Only this one, by slug; None for all, one after the other.
        order: "journal" (date, then number) or "chain" (sealed ones by number, then the others).
        from_on: First day that counts.
        until_on: First day that no longer counts.
    """
    facts = {"book": book, "from_on": from_on, "until_on": until_on}
    with no_time_limit(), connection.chunked_cursor() as cursor:
        cursor.execute(_ENTRIES + _ORDERS[order], facts)
        fetched = chain.from_iterable(iter(lambda: cursor.fetchmany(CHUNK), []))
        for _id, rows in groupby(fetched, key=itemgetter(0)):
            yield _record(list(rows))


def _record(rows: list[tuple[Any, ...]]) -> Record:
    head = rows[0][:_ENTRY_COLUMNS]
    # An entry without transfers gives one row with nothing in it.
    lines = tuple(_line(*row[_ENTRY_COLUMNS:]) for row in rows if row[_ENTRY_COLUMNS] is not None)
    return Record._make((*head, lines))


def _line(  # noqa: PLR0917  a row of the query above
    debit: str,
    debit_owner: str,
    credit: str,
    credit_owner: str,
    amount: int,
    currency: str,
    fund: str,
    debit_name: str,
    debit_type: str,
    credit_name: str,
    credit_type: str,
) -> RecordLine:
    content = TransferContent(debit, debit_owner, credit, credit_owner, amount, currency, fund)
    return RecordLine(
        content, AccountName(debit, debit_name, debit_type), AccountName(credit, credit_name, credit_type)
    )
