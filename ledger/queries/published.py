"""Heads that were published, held against the chains as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from django.db import connection

_BATCH: Final = 1_000
_WORDS: Final = 3
_HASH_LENGTH: Final = 64

_HASHES: Final = """
    SELECT head.number, b.id IS NOT NULL, s.hash
    FROM unnest(%s::text[], %s::bigint[]) WITH ORDINALITY AS head (book, seq, number)
    LEFT JOIN ledger_book b ON b.slug = head.book
    LEFT JOIN ledger_seal s ON s.book_id = b.id AND s.seq = head.seq
    ORDER BY head.number
"""


class PublishedHead(NamedTuple):
    """The end of a book's chain as somebody outside saw it, and the line of the file in which they keep it."""

    line: int
    book: str
    seq: int
    hash: str


class HeadUnreadable(ValueError):
    """A line of a file of heads is not `book number hash`."""


def read_heads(lines: Iterable[str]) -> Iterator[PublishedHead]:
    """Read lines of `book number hash`, as they are mailed and filed; what follows on a line does not count.

    Args:
        lines: Empty ones, and those that begin with a hash mark, are passed over.

    Raises:
        HeadUnreadable: a line is something else.
    """
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) < _WORDS or not (words[1].isascii() and words[1].isdigit()) or len(words[2]) != _HASH_LENGTH:
            raise HeadUnreadable(f"line {number} is not a book, a number and a hash")
        yield PublishedHead(number, words[0], int(words[1]), words[2])


def find_foreign_heads(heads: Iterable[PublishedHead]) -> Iterator[str]:
    """Go through published heads that are no link of their book's chain."""
    waiting = iter(heads)
    while batch := list(islice(waiting, _BATCH)):
        with connection.cursor() as cursor:
            cursor.execute(_HASHES, [[one.book for one in batch], [one.seq for one in batch]])
            found = cursor.fetchall()
        for head, (_number, has_book, kept) in zip(batch, found, strict=True):
            if kept == head.hash:
                continue
            yield f"{head.book} no. {head.seq}: {_difference(has_book=has_book, kept=kept)} (line {head.line})"


def _difference(*, has_book: bool, kept: str | None) -> str:
    if not has_book:
        return "published, but there is no such book"
    if kept is None:
        return "published, but the chain has no such link"
    return "published with another hash than the chain has now"
