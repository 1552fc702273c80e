"""What a report is: columns, rows, checks and perhaps a picture. Pages, API, CSV, XLSX and PDF are all written from it.

Pure: words and dates in words come in through `Words`, and where a figure leads is a `Drill`, which the pages turn
into an address. Every amount is in whole minor units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple

UNRESTRICTED: Final = ""
"""The fund of money that is tied to nothing."""

GENERAL_MONEY: Final = "-"
"""How an address writes that fund."""


class ColumnKind(StrEnum):
    """What stands in a column. A code is text that is never taken for a number; a count is a whole number of things."""

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    MONEY = "money"
    COUNT = "count"


AMOUNTS: Final = frozenset({ColumnKind.MONEY, ColumnKind.COUNT})
"""What is added up, and stands to the right."""


class RowKind(StrEnum):
    """What a row is. A subtotal sums the lines since the last heading; a total sums what its label says."""

    HEADING = "heading"
    LINE = "line"
    SUBTOTAL = "subtotal"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to know: both days count, and `fund` None means all money.

    For a report as of a day the day is `through_on`, and `from_on` is where its year begins. `before` are the first and
    last day to compare with, where a financial year says them; else they are the same days a year earlier.
    """

    from_on: date
    through_on: date
    compare: bool = False
    fund: str | None = None
    known_at: datetime | None = None
    account: str = ""
    before: tuple[date, date] | None = None

    def year_before(self) -> Asked:
        """Give the same question about the days to compare with."""
        from_on, through_on = self.before or (a_year_before(self.from_on), a_year_before(self.through_on))
        return Asked(
            from_on,
            through_on,
            fund=self.fund,
            known_at=self.known_at,
            account=self.account,
        )


def a_year_before(on: date) -> date:
    """Give the same day a year earlier; the last day of a month stays the last day of its month."""
    is_last_of_february = on.month == 2 and date.fromordinal(on.toordinal() + 1).month == 3  # noqa: PLR2004 - months
    if is_last_of_february:
        return date.fromordinal(date(on.year - 1, 3, 1).toordinal() - 1)
    return on.replace(year=on.year - 1)


@dataclass(frozen=True, slots=True)
class Words:
    """How a report speaks: `say` translates a sentence, `day` writes a date."""

    say: Callable[[str], str]
    day: Callable[[date], str]


@dataclass(frozen=True, slots=True)
class Drill:
    """Where a figure leads: to the movements of an account, to another report, or to an entry.

    Attributes:
        account: Code of an account.
        report: Slug of another report.
        entry: Public id of an entry.
        from_on: First day that counts; None for all.
        through_on: Last day that counts; None for all.
        owner: Only this owner's part of the account.
        fund: Only money of this fund; None for all.
        known_at: Only what had been recorded by then.
        address: Where it leads, where whoever built the report knows the address; then nothing else counts.
    """

    account: str = ""
    report: str = ""
    entry: str = ""
    from_on: date | None = None
    through_on: date | None = None
    owner: str = ""
    fund: str | None = None
    known_at: datetime | None = None
    address: str = ""


Value = str | date | int | None


class Cell(NamedTuple):
    """One value, and where it leads. Money is an int; None is an empty cell."""

    value: Value = None
    drill: Drill | None = None


class Row(NamedTuple):
    """One row, with a cell for each column; `currency` is named where it may not be the section's."""

    kind: RowKind
    cells: tuple[Cell, ...]
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `key` is its name for programs, `title` for people."""

    key: str
    title: str
    kind: ColumnKind


@dataclass(frozen=True, slots=True)
class Check:
    """A statement that has to be true of every such report, and whether it is."""

    statement: str
    passed: bool


class ChartKind(StrEnum):
    """Upright columns side by side for each label, or one lying bar for each."""

    COLUMNS = "columns"
    BARS = "bars"


@dataclass(frozen=True, slots=True)
class Chart:
    """The figures of a picture: for each label one amount a series, and perhaps a line with one for each label."""

    kind: ChartKind
    title: str
    series: tuple[str, ...]
    points: tuple[tuple[str, tuple[int, ...]], ...]
    line: tuple[str, tuple[int, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """The part of a report in one currency: each balances on its own. The rows of a long report may be a stream."""

    currency: str
    rows: Iterable[Row]
    checks: tuple[Check, ...] = ()
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A report, ready to be written in any form.

    Attributes:
        slug: Its name in addresses.
        title: Its name for people.
        book: Slug of the book.
        book_name: Its name for people.
        subtitle: Lines under the title: which days, which fund, as known at which moment.
        asked: The question that it answers.
        columns: What its rows hold.
        sections: One for each currency.
        notes: What a reader should know.
        next: Where the next page begins, where there is one.
    """

    slug: str
    title: str
    book: str
    book_name: str
    subtitle: tuple[str, ...]
    asked: Asked
    columns: tuple[Column, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()
    next: str = field(default="")

    @property
    def passed(self) -> bool:
        """Whether every check holds."""
        return all(check.passed for section in self.sections for check in section.checks)
