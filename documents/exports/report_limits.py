"""How long a report may be as a file that is made in one piece."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Final

from django.utils.translation import gettext as _

from core.errors import InvalidInput
from core.reports import Report

PDF_AT_ONCE_ROWS: Final = 80
"""Up to here a PDF is typeset while somebody waits, about a second; a longer one is a worker's work."""

PDF_ROWS: Final = 3_000
"""So many take a worker some forty seconds and three quarters of a gigabyte (docs/reports.md)."""

XLSX_ROWS: Final = 100_000


class ReportTooLong(InvalidInput):
    """A report has more rows than such a file can sensibly hold."""

    code = "documents.report_too_long"


def count_rows(report: Report) -> int:
    """Count the rows of a report that was read, over all its sections."""
    return sum(len(tuple(one.rows)) for one in report.sections)


def whole_report(report: Report, *, most: int, together: bool = False) -> Report:
    """Read the rows of a report, if it is not too long.

    Args:
        report: Its rows may be a stream.
        most: How many rows a section may have.
        together: All sections together may have no more than that.

    Returns:
        The same report, its rows in memory.

    Raises:
        ReportTooLong: there are more, or the report itself goes on on another page.
    """
    rows = [tuple(islice(one.rows, most + 1)) for one in report.sections]
    lengths = [len(one) for one in rows]
    if report.next or (sum(lengths) if together else max(lengths, default=0)) > most:
        raise ReportTooLong(
            _(
                "This report has more than %(most)s rows, too many for such a file. "
                "Take the CSV file, which has no limit, or ask for fewer days or for one account."
            )
            % {"most": f"{most:,}"},
            most=most,
        )
    sections = zip(report.sections, rows, strict=True)
    return replace(report, sections=tuple(replace(one, rows=read) for one, read in sections))
