"""Taking a report away: recorded, and only so many in an hour, as the journal is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.periods import legal_day
from core.reports import Asked
from documents.exports.report_csv import csv_report
from documents.exports.report_limits import PDF_AT_ONCE_ROWS, PDF_ROWS, XLSX_ROWS, count_rows, whole_report
from documents.exports.report_pdf import pdf_report
from documents.exports.report_xlsx import xlsx_report
from documents.exports.text import in_pieces
from foundation.access import Actor
from foundation.models import Job
from foundation.ratelimits import check_rate
from ledger.models import Book
from people.models import Organisation
from treasury.exports import Audience
from treasury.operations.downloads import DOWNLOADS_AN_HOUR, Download
from treasury.operations.report_files import ask_for_report
from treasury.operations.report_records import ReportFormat, record_taken, write_asked
from treasury.queries.reports import Window, build_report, get_kind

_HOUR_SECONDS: Final = 3_600
_MEDIA_TYPES: Final = {
    ReportFormat.CSV: "text/csv; charset=utf-8",
    ReportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportFormat.PDF: "application/pdf",
}
_MOST_MOVEMENTS: Final = {ReportFormat.CSV: None, ReportFormat.XLSX: XLSX_ROWS, ReportFormat.PDF: PDF_ROWS}


@dataclass(frozen=True, slots=True)
class ReportPromise:
    """A long report that a worker makes: the job that shows how far it is, and the public id of what will come."""

    job: Job
    report_file: str


def download_report(
    *,
    book: Book,
    organisation: Organisation,
    slug: str,
    asked: Asked,
    shape: ReportFormat,
    audience: Audience = Audience.HUMAN,
    actor: Actor,
    at: datetime,
    result_path: str,
) -> Download | ReportPromise:
    """Give a report as a file, and write down that it was taken; promise a long PDF instead.

    Args:
        book: Of which book.
        organisation: Whose it is, for the head of a PDF.
        slug: Which report.
        asked: Of which days, and so on.
        shape: CSV, XLSX or PDF.
        audience: A person, or another program, which is given references instead of names.
        actor: Who takes it.
        at: When.
        result_path: Where a long PDF will be had; {report} stands for its public id.

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
    if shape is ReportFormat.PDF:
        report = whole_report(report, most=PDF_ROWS, together=True)
        if count_rows(report) > PDF_AT_ONCE_ROWS:
            job, row = ask_for_report(
                book=book,
                organisation=organisation,
                slug=slug,
                asked=asked,
                audience=audience,
                actor=actor,
                at=at,
                result_path=result_path,
            )
            return ReportPromise(job, row.public_id)
        made_on = legal_day(at)
        pieces = iter([pdf_report(report, organisation_name=organisation.name, made_on=made_on, is_wide=kind.is_wide)])
    elif shape is ReportFormat.CSV:
        pieces = in_pieces(csv_report(report, audience=audience))
    else:
        pieces = iter([xlsx_report(report)])
    record_taken(book=book, slug=slug, asked=write_asked(asked), shape=shape, audience=audience, actor=actor, at=at)
    return Download(f"{book.slug}-{slug}.{shape.value}", _MEDIA_TYPES[shape], pieces)
