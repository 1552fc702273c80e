"""A report for programs: everything that it holds, as JSON takes it. Amounts are plain decimal text."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.reports import Cell, Chart, Column, ColumnKind, Drill, Report, Row, Section
from documents.exports.text import plain_amount


def report_facts(report: Report) -> dict[str, Any]:
    """Give a report as JSON takes it.

    Args:
        report: Its rows are read once.
    """
    asked = report.asked
    return {
        "report": report.slug,
        "title": report.title,
        "book": report.book,
        "book_name": report.book_name,
        "subtitle": list(report.subtitle),
        "from_on": asked.from_on.isoformat(),
        "through_on": asked.through_on.isoformat(),
        "fund": asked.fund,
        "known_at": asked.known_at.isoformat() if asked.known_at else None,
        "columns": [{"key": one.key, "title": one.title, "kind": one.kind.value} for one in report.columns],
        "sections": [_section(one, report.columns) for one in report.sections],
        "notes": list(report.notes),
        "passed": report.passed,
        "next": report.next or None,
    }


def _section(section: Section, columns: tuple[Column, ...]) -> dict[str, Any]:
    return {
        "currency": section.currency,
        "rows": [_row(row, columns) for row in section.rows],
        "checks": [{"statement": one.statement, "passed": one.passed} for one in section.checks],
        "chart": _chart(section.chart) if section.chart else None,
    }


def _row(row: Row, columns: tuple[Column, ...]) -> dict[str, Any]:
    found = list(zip(columns, row.cells, strict=True))
    return {
        "kind": row.kind.value,
        "currency": row.currency or None,
        "cells": {column.key: _value(cell, column) for column, cell in found},
        "leads_to": {column.key: _drill(cell.drill) for column, cell in found if cell.drill is not None},
    }


def _value(cell: Cell, column: Column) -> str | None:
    if cell.value is None:
        return None
    if column.kind is ColumnKind.MONEY and isinstance(cell.value, int):
        return plain_amount(cell.value)
    return cell.value.isoformat() if isinstance(cell.value, date) else str(cell.value)


def _drill(drill: Drill) -> dict[str, str]:
    facts = {
        "account": drill.account,
        "report": drill.report,
        "entry": drill.entry,
        "address": drill.address,
        "owner": drill.owner,
        "from_on": drill.from_on.isoformat() if drill.from_on else "",
        "through_on": drill.through_on.isoformat() if drill.through_on else "",
    }
    return {name: value for name, value in facts.items() if value} | (
        {"fund": drill.fund} if drill.fund is not None else {}
    )


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "title": chart.title,
        "kind": chart.kind.value,
        "series": list(chart.series),
        "points": [
            {"label": label, "amounts": [plain_amount(amount) for amount in amounts]} for label, amounts in chart.points
        ],
        "line": {"name": chart.line[0], "amounts": [plain_amount(one) for one in chart.line[1]]}
        if chart.line
        else None,
    }
