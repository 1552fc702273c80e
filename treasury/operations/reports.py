"""Taking a report away: recorded, and only so many in an hour, as the journal is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from foundation.ratelimits import check_rate
from ledger.models import Book
from treasury.arithmetic.report import Asked, Report
from treasury.exports import Audience
from treasury.exports.report_csv import csv_report
from treasury.exports.report_limits import PDF_ROWS, XLSX_ROWS
from treasury.exports.report_pdf import pdf_report
from treasury.exports.report_xlsx import xlsx_report
from treasury.exports.text import in_pieces
from treasury.operations.downloads import DOWNLOADS_AN_HOUR, Download
from treasury.queries.reports import Window, build_report, get_kind

_HOUR_SECONDS: Final = 3_600


class ReportFormat(StrEnum):
    """The files in which a report can be had."""

    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


_MEDIA_TYPES: Final = {
    ReportFormat.CSV: "text/csv; charset=utf-8",
    ReportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportFormat.PDF: "application/pdf",
}
_MOST_MOVEMENTS: Final = {ReportFormat.CSV: None, ReportFormat.XLSX: XLSX_ROWS, ReportFormat.PDF: PDF_ROWS}


def download_report(
    *,
    book: Book,
    organisation_name: str,
    slug: str,
    asked: Asked,
    shape: ReportFormat,
    audience: Audience = Audience.HUMAN,
    actor: Actor,
    at: datetime,
) -> Download:
    """Give a report as a file, and write down that it was taken.

    Args:
        book: Of which book.
        organisation_name: Whose it is, for the head of a PDF.
        slug: Which report.
        asked: Of which days, and so on.
        shape: CSV, XLSX or PDF.
        audience: A person, or another program, which is given references instead of names.
        actor: Who takes it.
        at: When.

    Raises:
        ReportMissing: there is no such report.
        ReportTooLong: it is too long for an XLSX or PDF file.
        TooManyAttempts: the actor has taken as many as one hour allows.
    """
    kind = get_kind(slug)
    check_rate(name="treasury.export", who=actor.ref, limit=DOWNLOADS_AN_HOUR, seconds=_HOUR_SECONDS, at=at)
    report = build_report(
        book=book,
        slug=slug,
        asked=asked,
        window=Window(limit=_MOST_MOVEMENTS[shape]),
        with_names=audience is Audience.HUMAN,
    )
    if shape is ReportFormat.CSV:
        pieces = in_pieces(csv_report(report, audience=audience))
    elif shape is ReportFormat.XLSX:
        pieces = iter([xlsx_report(report)])
    else:
        made_on = legal_day(at)
        pieces = iter([pdf_report(report, organisation_name=organisation_name, made_on=made_on, is_wide=kind.is_wide)])
    _write_down(book, report, (shape, audience), actor, at)
    return Download(f"{book.slug}-{slug}.{shape.value}", _MEDIA_TYPES[shape], pieces)


def _write_down(book: Book, report: Report, form: tuple[ReportFormat, Audience], actor: Actor, at: datetime) -> None:
    asked, (shape, audience) = report.asked, form
    audit.record(
        actor=actor.ref,
        action="treasury.report_downloaded",
        at=at,
        organisation=book.organisation,
        subject=book.slug,
        after={
            "report": report.slug,
            "format": shape.value,
            "audience": audience.value,
            "from_on": asked.from_on.isoformat(),
            "through_on": asked.through_on.isoformat(),
            "compare": asked.compare,
            "known_at": asked.known_at.isoformat() if asked.known_at else None,
            "account": asked.account,
        },
    )
