"""The chain: numbering entries and tying each to all before it, and writing down where its head was published."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from ledger.models import Anchor, Book, Seal

BATCH = 5_000


def seal_entries(*, book: Book, at: datetime, limit: int = BATCH) -> int:
    """Give waiting entries their place in the chain, and say how many got one. Sealers of one book take turns.

    Args:
        book: Which.
        at: Now.
        limit: The most to seal in one call.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_seal(%s, %s, %s)", [book.pk, at, limit])
        return int(cursor.fetchone()[0])


def record_anchor(*, seal: Seal, place: str, at: datetime) -> Anchor:
    """Write down that a head of the chain was published; the same head and place twice is one anchor.

    Args:
        seal: The head.
        place: Where it can be seen outside the database, such as "mail:treasurers" or a file's name.
        at: When.
    """
    anchor, _made = Anchor.objects.get_or_create(
        book=seal.book, seq=seal.seq, place=place, defaults={"hash": seal.hash, "published_at": at}
    )
    return anchor
