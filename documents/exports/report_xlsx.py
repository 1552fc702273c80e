"""A report as a workbook: a sheet for each currency, dates as dates, amounts as numbers, and never a formula."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

from core.reports import AMOUNTS, Cell, Column, ColumnKind, Report, Row, RowKind, Section
from documents.exports.report_limits import XLSX_ROWS, whole_report
from documents.exports.text import plain_amount

# A spreadsheet keeps fifteen digits of a number; a longer amount is written as text, so that no penny is lost.
_EXACT: Final = 10**15
_WIDTHS: Final = {
    ColumnKind.TEXT: 44,
    ColumnKind.CODE: 14,
    ColumnKind.DATE: 12,
    ColumnKind.MONEY: 16,
    ColumnKind.COUNT: 10,
}
SHEET_NAME_LENGTH: Final = 31
"""A spreadsheet takes no longer one."""
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def xlsx_report(report: Report) -> bytes:
    """Write a report as a workbook; the same report always gives the same bytes.

    Args:
        report: Its rows may be a stream.

    Raises:
        ReportTooLong: a sheet would have more than 100,000 rows.
    """
    return _write_book([(report, "")], title=f"{report.title}, {report.book_name}")


def xlsx_reports(reports: Sequence[Report], *, title: str) -> bytes:
    """Write several reports as one workbook: a sheet for each, named after it.

    Args:
        reports: At least one, each of one currency; their slugs differ.
        title: Of the workbook.

    Raises:
        ReportTooLong: a sheet would have more than 100,000 rows.
    """
    return _write_book([(report, report.slug[:SHEET_NAME_LENGTH]) for report in reports], title=title)


def _write_book(named: Sequence[tuple[Report, str]], *, title: str) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, _OPTIONS) as workbook:
        made_on = named[0][0].asked.through_on
        created = datetime.combine(made_on, time(0), tzinfo=UTC).replace(tzinfo=None)
        workbook.set_properties({"title": title, "created": created})
        formats = _formats(workbook)
        for each, name in named:
            report = whole_report(each, most=XLSX_ROWS)
            for section in report.sections:
                _write_sheet(workbook.add_worksheet(name or section.currency), report, section, formats)
    return file.getvalue()


def _formats(workbook: Any) -> dict[str, Any]:
    return {
        "title": workbook.add_format({"bold": True, "font_size": 14}),
        "head": workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "head_money": workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "align": "right"}),
        "strong": workbook.add_format({"bold": True}),
        "money": workbook.add_format({"num_format": "#,##0.00"}),
        "money_strong": workbook.add_format({"num_format": "#,##0.00", "bold": True, "top": 1}),
        "count": workbook.add_format({"num_format": "#,##0"}),
        "count_strong": workbook.add_format({"num_format": "#,##0", "bold": True, "top": 1}),
        "date": workbook.add_format({"num_format": "dd/mm/yyyy"}),
        "plain": workbook.add_format(),
    }


def _write_sheet(sheet: Any, report: Report, section: Section, formats: dict[str, Any]) -> None:
    for place, column in enumerate(report.columns):
        sheet.set_column(place, place, _WIDTHS[column.kind])
    sheet.write_string(0, 0, report.title, formats["title"])
    above = (report.book_name, *report.subtitle, section.currency)
    for number, words in enumerate(above, start=1):
        sheet.write_string(number, 0, words)
    head = len(above) + 2
    for place, column in enumerate(report.columns):
        is_money = column.kind in AMOUNTS
        sheet.write_string(head, place, column.title, formats["head_money" if is_money else "head"])
    sheet.freeze_panes(head + 1, 0)
    line = head
    for row in section.rows:
        line += 1
        _write_row(sheet, line, row, report.columns, formats)
    below = [f"{check.statement}: {'✓' if check.passed else '✗'}" for check in section.checks]
    for number, words in enumerate((*below, *report.notes), start=line + 2):
        sheet.write_string(number, 0, words)


def _write_row(sheet: Any, line: int, row: Row, columns: tuple[Column, ...], formats: dict[str, Any]) -> None:
    is_strong = row.kind is not RowKind.LINE
    for place, (cell, column) in enumerate(zip(row.cells, columns, strict=True)):
        _write_cell(sheet, line, place, cell, column, formats, is_strong=is_strong)


def _write_cell(  # noqa: PLR0917 - the place, the cell and how it looks
    sheet: Any, line: int, place: int, cell: Cell, column: Column, formats: dict[str, Any], *, is_strong: bool
) -> None:
    value = cell.value
    if value is None:
        return
    if column.kind is ColumnKind.MONEY and isinstance(value, int):
        shape = formats["money_strong" if is_strong else "money"]
        if abs(value) < _EXACT:
            sheet.write_number(line, place, Decimal(value).scaleb(-2), shape)
        else:
            sheet.write_string(line, place, plain_amount(value), shape)
    elif column.kind is ColumnKind.COUNT and isinstance(value, int):
        sheet.write_number(line, place, value, formats["count_strong" if is_strong else "count"])
    elif isinstance(value, date):
        sheet.write_datetime(line, place, value, formats["date"])
    else:
        sheet.write_string(line, place, str(value), formats["strong" if is_strong else "plain"])
