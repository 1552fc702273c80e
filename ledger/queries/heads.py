"""The ends of the chains, and what of them was published."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.db.models import Max

from ledger.models import Anchor, Book, Period, Seal, SealQueue

# In one statement, because the sealer may be moving entries from one side to the other.
_COUNT = """
    SELECT coalesce((SELECT max(seq) FROM ledger_seal WHERE book_id = %(book)s), 0)
         + (SELECT count(*) FROM ledger_sealqueue WHERE book_id = %(book)s)
"""


def find_head(*, book: Book) -> Seal | None:
    """Find the last seal of a book, or None when nothing is sealed."""
    return Seal.objects.filter(book=book).select_related("entry").order_by("-seq").first()


def count_waiting(*, book: Book) -> int:
    """Count the entries that wait for their place in the chain."""
    return SealQueue.objects.filter(book=book).count()


def count_entries(*, book: Book) -> int:
    """Count the entries of a book: those with a place in the chain, and those that wait for theirs.

    Entries are never deleted, so the same count means the same entries. The cost does not grow with history.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"book": book.pk})
        return int(cursor.fetchone()[0])


def anchors_of(*, book: Book, limit: int = 50) -> list[Anchor]:
    """List where heads of a book were published, the newest first."""
    return list(Anchor.objects.filter(book=book).order_by("-seq", "place")[:limit])


def unpublished_heads(*, place: str) -> Iterator[Seal]:
    """Go through the heads of all books that were not yet published at a place, by book.

    Args:
        place: As in `record_anchor`.
    """
    published = dict(
        Anchor.objects.filter(place=place).values("book").annotate(seq=Max("seq")).values_list("book", "seq")
    )
    for book in Book.objects.order_by("slug"):
        head = Seal.objects.filter(book=book).select_related("book").order_by("-seq").first()
        if head is not None and head.seq > published.get(book.pk, 0):
            yield head


def periods_of(*, book: Book) -> list[Period]:
    """List the periods of a book that are closed for good, the newest first."""
    return list(Period.objects.filter(book=book).order_by("-end_on"))
