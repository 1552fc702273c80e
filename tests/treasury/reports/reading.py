"""Reading a report in tests."""

from core.reports import Report, RowKind, Section


def table(section: Section) -> list[tuple]:
    """The values of the rows that hold amounts."""
    return [tuple(cell.value for cell in row.cells) for row in section.rows if row.kind is not RowKind.HEADING]


def amounts(report: Report, currency: str = "GBP") -> dict[str, tuple]:
    """The amounts of a report by code, or by words where a row has no code."""
    section = next(one for one in report.sections if one.currency == currency)
    return {row[0] or row[1]: row[2:] for row in table(section)}
