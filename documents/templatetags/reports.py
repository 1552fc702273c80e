"""Showing a report: its rows as a table has them, where a figure leads, and its picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString

from core.money import format_pounds
from core.reports import (
    AMOUNTS,
    GENERAL_MONEY,
    UNRESTRICTED,
    Cell,
    Chart,
    ChartKind,
    Column,
    ColumnKind,
    Drill,
    Report,
    Row,
    RowKind,
    Section,
)
from foundation.report_charts import money_bars, money_columns

register = template.Library()
# A running balance, and the few figures that are looked for first, are said even where they are nothing.
_ALWAYS_SAID: Final = frozenset({"balance", "in_short"})
_FIRST_DAY: Final = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Shown:
    """One value as it is shown: its words, where they lead, and what they are."""

    words: str
    url: str
    title: str


_NOTHING: Final = Shown("", "", "")


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of a table: everything that is no amount stands together at its head."""

    kind: str
    head: Shown
    more: str
    amounts: tuple[Shown, ...]


@register.simple_tag
def money_titles(report: Report) -> list[str]:
    """Give the titles of the columns of amounts."""
    return [column.title for column in report.columns if column.kind in AMOUNTS]


@register.simple_tag
def head_title(report: Report) -> str:
    """Give the title of the column that heads each row."""
    return next(column.title for column in report.columns if column.kind is ColumnKind.TEXT)


@register.simple_tag
def shown_rows(report: Report, section: Section, organisation: str = "") -> Iterator[ShownRow]:
    """Lay the rows of a section out.

    Args:
        report: Whose columns.
        section: Whose rows.
        organisation: Slug of the organisation, for links; without it there are none, as on paper.
    """
    for row in section.rows:
        yield _lay_out(report, row, row.currency or section.currency, organisation)


def _lay_out(report: Report, row: Row, currency: str, organisation: str) -> ShownRow:
    cells = list(zip(report.columns, row.cells, strict=True))
    is_line = row.kind is RowKind.LINE
    shown = [
        # Nothing is left blank among the lines, so that what is there stands out.
        (
            column,
            _NOTHING
            if is_line and cell.value == 0 and column.key not in _ALWAYS_SAID
            else _show(report, column, cell, currency, organisation),
        )
        for column, cell in cells
    ]
    head = next(one for column, one in shown if column.kind is ColumnKind.TEXT)
    first_column, first = shown[0]
    # A code before words belongs to them: 1200 Bank Current. Before a date it only repeats the heading.
    is_before_words = first_column.kind is ColumnKind.CODE and report.columns[1].kind is ColumnKind.TEXT
    if is_before_words and first.words:
        head = Shown(f"{first.words} {head.words}", head.url, head.title)
    rest = shown[1:] if first_column.kind is ColumnKind.CODE else shown
    more = " · ".join(
        one.words if column.kind is ColumnKind.DATE else f"{one.title} {one.words}"
        for column, one in rest
        if column.kind not in AMOUNTS and one.title != head.title and one.words not in {"", head.words}
    )
    amounts = tuple(one for column, one in shown if column.kind in AMOUNTS)
    return ShownRow(row.kind.value, head, more if row.kind is RowKind.LINE else "", amounts)


def _show(report: Report, column: Column, cell: Cell, currency: str, organisation: str) -> Shown:
    url = drill_url(organisation, report.book, cell.drill) if organisation and cell.drill else ""
    return Shown(_words(column, cell, currency), url, column.title)


def _words(column: Column, cell: Cell, currency: str) -> str:
    if cell.value is None:
        return ""
    if column.kind is ColumnKind.MONEY and isinstance(cell.value, int):
        return format_pounds(cell.value, currency)
    if column.kind is ColumnKind.COUNT and isinstance(cell.value, int):
        return f"{cell.value:,}"
    return format_date(cell.value, "j M Y") if isinstance(cell.value, date) else str(cell.value)


def drill_url(organisation: str, book: str, drill: Drill) -> str:
    """Turn where a figure leads into an address.

    Movements of one fund, or as they were known at a moment, are shown by the general ledger; all others by the
    statement of the account.
    """
    if drill.address:
        return drill.address
    if drill.entry:
        return reverse("treasury:entry", args=[organisation, book, drill.entry])
    is_special = (drill.fund is not None or drill.known_at is not None) and not drill.owner
    if drill.report or is_special:
        slug = drill.report or "general-ledger"
        return _with_query(reverse("treasury:report", args=[organisation, book, slug]), _report_query(slug, drill))
    address = reverse("treasury:account", args=[organisation, book, drill.account])
    return _with_query(address, _days(drill) | ({"owner": drill.owner} if drill.owner else {}))


def _report_query(slug: str, drill: Drill) -> dict[str, str]:
    if slug in {"trial-balance", "balance-sheet"}:
        query = {"on": drill.through_on.isoformat()} if drill.through_on else {}
    else:
        query = {"from_on": (drill.from_on or _FIRST_DAY).isoformat()} | _days(drill)
    if drill.account:
        query["account"] = drill.account
    if drill.fund is not None:
        query["fund"] = GENERAL_MONEY if drill.fund == UNRESTRICTED else drill.fund
    if drill.known_at is not None:
        query["known_at"] = drill.known_at.isoformat()
    return query


def _days(drill: Drill) -> dict[str, str]:
    days = (("from_on", drill.from_on), ("through_on", drill.through_on))
    return {name: day.isoformat() for name, day in days if day is not None}


def _with_query(address: str, query: dict[str, str]) -> str:
    return f"{address}?{urlencode(query)}" if query else address


@register.simple_tag
def report_chart(chart: Chart, currency: str, *, narrow: bool = False) -> SafeString:
    """Draw the picture of a section, wide for pages and paper or narrow for phones."""
    return _draw(chart, currency, narrow=narrow)


def _draw(chart: Chart, currency: str, *, narrow: bool) -> SafeString:
    if chart.kind is ChartKind.BARS:
        rows = [(label, amounts[0]) for label, amounts in chart.points]
        return money_bars(title=chart.title, rows=rows, currency=currency, narrow=narrow)
    series = [(name, [amounts[n] for _label, amounts in chart.points]) for n, name in enumerate(chart.series)]
    labels = [label for label, _amounts in chart.points]
    return money_columns(
        title=chart.title, labels=labels, series=series, line=chart.line, currency=currency, narrow=narrow
    )


@register.simple_tag
def file_url(organisation: str, book: str, kind: str, shape: Any, query: str) -> str:
    """Give the address of the same report as a file."""
    address = reverse(f"treasury:report-{shape}", args=[organisation, book, kind])
    return f"{address}?{query}" if query else address
