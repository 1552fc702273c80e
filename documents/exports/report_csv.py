"""A report as CSV: one record a row, the same columns for every row, written while it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from core.reports import Cell, Column, ColumnKind, Report
from documents.exports.text import BYTE_ORDER_MARK, Audience, cell_writer, csv_line, plain_amount

FIRST_COLUMNS: Final = ("currency", "row")
"""Before the report's own columns: the currency of the amounts, and heading, line, subtotal or total."""


def csv_report(report: Report, *, audience: Audience) -> Iterator[str]:
    """Write a report.

    Args:
        report: Its rows are read once.
        audience: For people the columns have their titles, the file begins with a byte order mark, and text that looks
            like a formula gets an apostrophe; for programs the columns have their keys.
    """
    is_human = audience is Audience.HUMAN
    if is_human:
        yield BYTE_ORDER_MARK
    safe = cell_writer(audience)
    yield csv_line((*FIRST_COLUMNS, *(safe(one.title if is_human else one.key) for one in report.columns)))
    for section in report.sections:
        for row in section.rows:
            cells = (_write(cell, column, safe) for cell, column in zip(row.cells, report.columns, strict=True))
            yield csv_line((row.currency or section.currency, row.kind.value, *cells))


def _write(cell: Cell, column: Column, safe: Callable[[str], str]) -> str:
    if cell.value is None:
        return ""
    if column.kind is ColumnKind.MONEY and isinstance(cell.value, int):
        return plain_amount(cell.value)
    if column.kind is ColumnKind.COUNT:
        return str(cell.value)
    if isinstance(cell.value, date):
        return cell.value.isoformat()
    return safe(str(cell.value))
