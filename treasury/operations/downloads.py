"""Taking the books away: every download is written down, and there are only so many in an hour."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, BinaryIO, Final

from documents.exports.text import in_pieces
from foundation import audit
from foundation.access import Actor
from foundation.ratelimits import check_rate
from ledger.models import Book
from ledger.queries.records import Record, records
from treasury.exports import Audience, csv_journal, plaintext_journal
from treasury.exports.manifest import Manifest

DOWNLOADS_AN_HOUR: Final = 30
_HOUR_SECONDS: Final = 3_600


class JournalFormat(StrEnum):
    """The shapes in which a journal can be had."""

    CSV = "csv"
    PLAINTEXT = "txt"


_MEDIA_TYPES: Final = {
    JournalFormat.CSV: "text/csv; charset=utf-8",
    JournalFormat.PLAINTEXT: "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way: its name, its type, and its bytes in pieces."""

    file_name: str
    media_type: str
    pieces: Iterator[bytes]


def download_journal(
    *,
    book: Book,
    shape: JournalFormat,
    audience: Audience = Audience.HUMAN,
    from_on: date | None = None,
    until_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> Download:
    """Give the journal of a book as a file, and write down that it was taken.

    Args:
        book: Which book.
        shape: CSV or plain text.
        audience: For CSV: a person's spreadsheet or another program.
        from_on: First day that counts.
        until_on: First day that no longer counts.
        actor: Who takes it.
        at: When.

    Raises:
        TooManyAttempts: the actor has taken as many as one hour allows.
    """
    check_rate(name="treasury.export", who=actor.ref, limit=DOWNLOADS_AN_HOUR, seconds=_HOUR_SECONDS, at=at)
    audit.record(
        actor=actor.ref,
        action="treasury.journal_downloaded",
        at=at,
        organisation=book.organisation,
        subject=book.slug,
        after={
            "format": shape.value,
            "audience": audience.value,
            "from_on": from_on.isoformat() if from_on else None,
            "until_on": until_on.isoformat() if until_on else None,
        },
    )
    return Download(
        file_name=f"{book.slug}-journal.{shape.value}",
        media_type=_MEDIA_TYPES[shape],
        pieces=in_pieces(write_journal(book=book, shape=shape, audience=audience, from_on=from_on, until_on=until_on)),
    )


def write_journal(
    *,
    book: Book,
    shape: JournalFormat,
    audience: Audience = Audience.MACHINE,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Iterator[str]:
    """Write the journal of a book line by line, for a command of the operator.

    Args:
        book: Which book.
        shape: CSV or plain text.
        audience: For CSV: a person's spreadsheet or another program.
        from_on: First day that counts.
        until_on: First day that no longer counts.
    """
    entries = records(book=book.slug, from_on=from_on or date.min, until_on=until_on or date.max)
    return _lines(entries, book=book, shape=shape, audience=audience)


def save_journal(
    *, book: Book, shape: JournalFormat, audience: Audience = Audience.MACHINE, out: BinaryIO
) -> dict[str, Any]:
    """Write the whole journal of a book to a file, for a command of the operator.

    Args:
        book: Which book.
        shape: CSV or plain text.
        audience: As in `write_journal`.
        out: Open for writing bytes.

    Returns:
        The manifest: counts, totals by currency, first and last entry, size and SHA-256 of what was written.
    """
    manifest = Manifest()
    entries = manifest.count(records(book=book.slug))
    manifest.write(_lines(entries, book=book, shape=shape, audience=audience), out)
    return {"book": book.slug, "format": shape.value, "audience": audience.value, **manifest.facts()}


def _lines(entries: Iterable[Record], *, book: Book, shape: JournalFormat, audience: Audience) -> Iterator[str]:
    if shape is JournalFormat.CSV:
        return csv_journal(entries, audience=audience)
    return plaintext_journal(entries, book=book)
