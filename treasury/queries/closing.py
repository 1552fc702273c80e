"""Where a book stands: what is closed, what is sealed, what was published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ledger import queries as ledger
from ledger.models import Anchor, Book, Period, Seal
from treasury.queries.years import YearToCarry, find_year_to_carry


@dataclass(frozen=True, slots=True)
class Closing:
    """The state of a book, the month that could be closed next, and the year whose result is carried next."""

    periods: list[Period]
    head: Seal | None
    waiting: int
    anchors: list[Anchor]
    next_through: date | None
    year: YearToCarry


def get_closing(*, book: Book, today: date) -> Closing:
    """Give where a book stands.

    Args:
        book: Which.
        today: The legal day; the month that is offered for closing ended before it.
    """
    return Closing(
        periods=ledger.periods_of(book=book),
        head=ledger.find_head(book=book),
        waiting=ledger.count_waiting(book=book),
        anchors=ledger.anchors_of(book=book, limit=12),
        next_through=_next_month_end(book.locked_through, today),
        year=find_year_to_carry(book=book, today=today),
    )


def _next_month_end(locked: date | None, today: date) -> date | None:
    """The last month end before today that is not closed yet."""
    last = today.replace(day=1) - timedelta(days=1)
    return last if locked is None or last > locked else None
