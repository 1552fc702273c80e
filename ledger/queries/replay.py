"""Replaying: every entry is hashed again and every link of every chain made again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.db import connection

from foundation.patience import no_time_limit
from ledger.arithmetic.content import (
    UnknownHashVersion,
    compute_hashes,
    compute_narration_digest,
    compute_seal_hash,
)
from ledger.queries.records import CHUNK, Record, records


def find_altered_entries(*, book: str | None = None) -> Iterator[str]:
    """Go through entries that are not what was posted, in the order of the chain.

    Erased words are no alteration: the hash covers their digest, which stays.

    Args:
        book: Only this book, by slug.
    """
    for record in records(book=book, order="chain"):
        if not _is_what_was_posted(record):
            yield f"{name(record)}: the entry or its transfers are not what was posted"
        elif not _words_hold(record):
            yield f"{name(record)}: the narration is not what was posted"


def find_broken_links(*, book: str | None = None) -> Iterator[str]:
    """Go through places where a chain has a gap, a link that does not fit, or a head other than what was published.

    Args:
        book: Only this book, by slug.
    """
    slug, seq, head = "", 0, ""
    for entry_book, public_id, number, previous, sealed, content_hash in _links(book):
        if entry_book != slug:
            slug, seq, head = entry_book, 0, ""
        expected = compute_seal_hash(book=slug, seq=seq + 1, previous=head, content_hash=content_hash)
        if number != seq + 1:
            yield f"{slug} no. {seq + 1}: missing, the next is {number} ({public_id})"
        elif (previous, sealed) != (head, expected):
            yield f"{slug} no. {number} ({public_id}): does not follow from the entry and the seal before"
        seq, head = number, sealed
    yield from _rows(_UNQUEUED, book)
    yield from _rows(_FOREIGN_ANCHORS, book)


def name(record: Record) -> str:
    """How findings call an entry: its book and number when it is sealed, and its public id."""
    return f"{record.book} no. {record.seq} ({record.public_id})" if record.seq else record.public_id


_LINKS = """
    SELECT b.slug, e.public_id, s.seq, s.previous_hash, s.hash, e.content_hash
    FROM ledger_seal s JOIN ledger_entry e ON e.id = s.entry_id JOIN ledger_book b ON b.id = s.book_id
    WHERE %(book)s::text IS NULL OR b.slug = %(book)s ORDER BY s.book_id, s.seq
"""

_UNQUEUED = """
    SELECT e.public_id || ': neither sealed nor waiting to be, or both'
    FROM ledger_entry e JOIN ledger_book b ON b.id = e.book_id
    LEFT JOIN ledger_seal s ON s.entry_id = e.id AND s.book_id = e.book_id
    LEFT JOIN ledger_sealqueue q ON q.entry_id = e.id AND q.book_id = e.book_id
    WHERE (s.id IS NULL) = (q.entry_id IS NULL) AND (%(book)s::text IS NULL OR b.slug = %(book)s)
    ORDER BY e.id
"""

_FOREIGN_ANCHORS = """
    SELECT b.slug || ' no. ' || a.seq || ': published at ' || a.place || ' as ' || a.hash || ', which is not its seal'
    FROM ledger_anchor a JOIN ledger_book b ON b.id = a.book_id
    LEFT JOIN ledger_seal s ON s.book_id = a.book_id AND s.seq = a.seq
    WHERE s.hash IS DISTINCT FROM a.hash AND (%(book)s::text IS NULL OR b.slug = %(book)s)
    ORDER BY 1
"""


def _links(book: str | None) -> Iterator[tuple[str, str, int, str, str, str]]:
    with no_time_limit(), connection.chunked_cursor() as cursor:
        cursor.execute(_LINKS, {"book": book})
        yield from chain.from_iterable(iter(lambda: cursor.fetchmany(CHUNK), []))


def _rows(query: str, book: str | None) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"book": book})
        return [row[0] for row in cursor.fetchall()]


def _is_what_was_posted(record: Record) -> bool:
    try:
        found = compute_hashes(record.give_content(), version=record.hash_version)
    except UnknownHashVersion:
        return False
    return found == (record.fingerprint, record.content_hash)


def _words_hold(record: Record) -> bool:
    if record.narration is None:
        return record.narration_digest == ""
    if record.erased_at is not None:
        return True
    return compute_narration_digest(record.narration, salt=record.salt or "") == record.narration_digest
