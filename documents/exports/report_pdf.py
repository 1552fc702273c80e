"""A report as a tagged, archival PDF, in the house's document style."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.template.loader import render_to_string

from core.reports import Report
from documents.exports.pdf import render_pdf
from documents.exports.report_limits import PDF_ROWS, whole_report


def pdf_report(report: Report, *, organisation_name: str, made_on: date, is_wide: bool) -> bytes:
    """Typeset a report; the same report on the same day always gives the same bytes.

    Args:
        report: Its rows may be a stream.
        organisation_name: Whose books they are.
        made_on: The day that the file states.
        is_wide: Lay the paper on its side.

    Raises:
        ReportTooLong: it has more than 3,000 rows.
    """
    html = render_to_string(
        "documents/report.html",
        {
            "report": whole_report(report, most=PDF_ROWS, together=True),
            "organisation_name": organisation_name,
            "made_on": made_on,
            "is_wide": is_wide,
        },
    )
    return render_pdf(html, made_on=made_on)


def pdf_reports(
    reports: Sequence[Report], *, title: str, subtitle: Sequence[str], organisation_name: str, made_on: date
) -> bytes:
    """Typeset several reports one after the other, each with its picture, on paper that lies on its side.

    Args:
        reports: At least one.
        title: Of the whole.
        subtitle: Lines under it.
        organisation_name: Who gives them out.
        made_on: The day that the file states.

    Raises:
        ReportTooLong: one of them has more than 3,000 rows.
    """
    html = render_to_string(
        "documents/reports.html",
        {
            "reports": [whole_report(one, most=PDF_ROWS, together=True) for one in reports],
            "title": title,
            "subtitle": subtitle,
            "organisation_name": organisation_name,
            "made_on": made_on,
            "is_wide": True,
        },
    )
    return render_pdf(html, made_on=made_on)
