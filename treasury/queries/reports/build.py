"""Building a report from a book."""

from __future__ import annotations

from typing import Final

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext

from core.reports import Asked, Report, Words
from ledger.models import Book
from treasury.arithmetic.report import About
from treasury.queries.reports.kinds import get_kind
from treasury.queries.reports.load import Window

PAGE_LINES: Final = 200
"""How many movements stand on one page of the general ledger."""

_WORDS: Final = Words(say=gettext, day=lambda on: format_date(on, "j F Y"))


def build_report(
    *, book: Book, slug: str, asked: Asked, window: Window | None = None, with_names: bool = True
) -> Report:
    """Build a report.

    Args:
        book: Of which book.
        slug: Which report.
        asked: Of which days, and so on; what the report has no use for is not looked at.
        window: Which part of a long report; None for all of it, its rows then being a stream.
        with_names: Call owners what people call them; programs are given references alone.

    Raises:
        ReportMissing: there is no such report.
    """
    kind = get_kind(slug)
    about = About(
        slug=kind.slug,
        title=str(kind.title),
        book=book.slug,
        book_name=book.name,
        currency=book.currency,
        asked=asked,
        words=_WORDS,
        with_names=with_names,
    )
    return kind.load(book, about, window or Window())
