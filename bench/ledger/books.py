"""Books to measure on: one with many accounts, and histories of any length with their months closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db import transaction

from bench.ledger.contenders import ACTOR, WORDS
from bench.ledger.world import ACCOUNTS
from ledger import operations, queries
from ledger.models import Book
from ledger.operations import Line, NewEntry
from ledger.states import AccountType

AT: Final = datetime(2026, 1, 5, 12, tzinfo=UTC)
FIRST: Final = date(2024, 1, 1)
DAYS: Final = 731
BATCH: Final = 5_000


def make_book(slug: str) -> Book:
    """A book with two hundred accounts beside those of its chart."""
    with transaction.atomic():
        book = operations.open_book(slug=slug, organisation=f"org_{slug}", name=slug, at=AT)
        for number in range(ACCOUNTS):
            operations.open_account(book=book, code=f"{80000 + number}", name=f"T{number}", type=AccountType.ASSET)
    return book


def make_history(slug: str, movements: int) -> Book:
    """Two years of so many movements, every month but the last closed; all of it sealed."""
    book = make_book(slug)
    months = _month_ends()
    for batch in _in_batches(movements):
        while len(months) > 1 and batch[0].effective_on > months[0]:
            operations.close_period(book=book, through=months.pop(0), actor=ACTOR, at=AT)
            book.refresh_from_db()
        operations.post_many(book=book, entries=batch, actor=ACTOR, recorded_at=AT)
        # As the clock does in production, so that closing a month has little left to seal.
        operations.seal_entries(book=book, at=AT, limit=BATCH)
    while len(months) > 1:
        operations.close_period(book=book, through=months.pop(0), actor=ACTOR, at=AT)
    return queries.get_book_by_slug(slug=slug)


def new_entry(key: str, number: int, on: date) -> NewEntry:
    """One movement between two of the accounts; every account is moved equally often."""
    debit, credit = number % ACCOUNTS, (number * 7 + 1) % ACCOUNTS
    if debit == credit:
        credit = (credit + 1) % ACCOUNTS
    return NewEntry(key, "payment", on, [Line(f"{80000 + debit}", f"{80000 + credit}", 10)], WORDS)


def _in_batches(movements: int) -> Iterator[list[NewEntry]]:
    # A batch ends with its month, so that the months can be closed on the way.
    batch: list[NewEntry] = []
    for number in range(movements):
        on = FIRST + timedelta(days=number * DAYS // movements)
        if batch and (len(batch) == BATCH or batch[0].effective_on.month != on.month):
            yield batch
            batch = []
        batch.append(new_entry(str(number), number, on))
    yield batch


def _month_ends() -> list[date]:
    days = [FIRST + timedelta(days=number) for number in range(DAYS)]
    return [day for day in days if (day + timedelta(days=1)).day == 1]
