"""How long a report may be as a file that is made in one piece."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Final

from django.utils.translation import gettext as _

from core.errors import InvalidInput
from treasury.arithmetic.report import Report

PDF_ROWS: Final = 600
XLSX_ROWS: Final = 100_000


class ReportTooLong(InvalidInput):
    """A report has more rows than such a file can sensibly hold."""

    code = "treasury.report_too_long"


def whole_report(report: Report, *, most: int) -> Report:
    """Read the rows of a report, if it is not too long.

    Args:
        report: Its rows may be a stream.
        most: How many rows a section may have.

    Returns:
        The same report, its rows in memory.

    Raises:
        ReportTooLong: there are more, or the report itself goes on on another page.
    """
    sections = tuple(replace(one, rows=tuple(islice(one.rows, most + 1))) for one in report.sections)
    if report.next or any(len(tuple(one.rows)) > most for one in sections):
        raise ReportTooLong(
            _(
                "This report has more than %(most)s rows, too many for such a file. "
                "Take the CSV file, which has no limit, or ask for fewer days or for one account."
            )
            % {"most": f"{most:,}"},
            most=most,
        )
    return replace(report, sections=sections)
