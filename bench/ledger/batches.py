"""Part 2: post_many against COPY of the same rows into the same tables, indexes and checks, without the triggers."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import Any

import psycopg

from bench.ledger.books import AT, make_book, new_entry
from bench.ledger.contenders import ACTOR
from bench.ledger.sizes import Sizes
from bench.ledger.world import World
from ledger import operations
from ledger.models import Book

TABLES = ("entry", "narration", "transfer")
ON = date(2026, 1, 5)


def measure(world: World, sizes: Sizes, tell: Callable[[str], None]) -> dict[str, Any]:
    """Post so many entries in batches, then COPY what that wrote."""
    posted, copied = [], []
    for number in range(sizes.batch_rounds):
        book = make_book(f"batch-{number}")
        posted.append(_post(book, sizes))
        copied.append(_copy(world, book))
        tell(f"  post_many {posted[-1]:.1f} s, COPY {copied[-1]:.1f} s")
    return {
        "entries": sizes.batch_entries,
        "entries_in_a_batch": sizes.batch_size,
        "rounds": sizes.batch_rounds,
        "entries_per_second": round(sizes.batch_entries / median(posted)),
        "post_many_to_copy_time": round(median(one / other for one, other in zip(posted, copied, strict=True)), 2),
    }


def _post(book: Book, sizes: Sizes) -> float:
    wanted = [new_entry(f"batch:{number}", number, ON) for number in range(sizes.batch_entries)]
    began = time.perf_counter()
    for start in range(0, len(wanted), sizes.batch_size):
        operations.post_many(book=book, entries=wanted[start : start + sizes.batch_size], actor=ACTOR, recorded_at=AT)
    return time.perf_counter() - began


def _copy(world: World, book: Book) -> float:
    rows = {name: io.BytesIO() for name in TABLES}
    with psycopg.connect(world.superuser_url, autocommit=True) as connection:
        for name in TABLES:
            connection.execute(f"DROP TABLE IF EXISTS bench_copy_{name}")
            connection.execute(f"CREATE TABLE bench_copy_{name} (LIKE ledger_{name} INCLUDING ALL)")
            which = "t.id" if name == "entry" else "t.entry_id"
            join = f"JOIN ledger_entry e ON e.id = {which} WHERE e.book_id = {book.pk}"
            source = f"SELECT t.* FROM ledger_{name} t {join}"
            with connection.cursor().copy(f"COPY ({source}) TO STDOUT") as out:
                for block in out:
                    rows[name].write(block)
        began = time.perf_counter()
        with connection.transaction():
            for name in TABLES:
                with connection.cursor().copy(f"COPY bench_copy_{name} FROM STDIN") as into:
                    into.write(rows[name].getvalue())
        return time.perf_counter() - began
