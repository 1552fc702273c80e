"""The cells of a row of INDIGO data: read strictly, each problem with its tab, row and field."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar

from moneyed import CURRENCIES

Word = TypeVar("Word", bound=StrEnum)

MOST_LETTERS: Final = 10_000
_AMOUNT: Final = re.compile(r"[0-9]{1,13}(\.[0-9]{1,6})?", re.ASCII)
_DAYS: Final = re.compile(r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2}))?)?", re.ASCII)
# INDIGO's own ids, and those of org-id.guide: a register's code and what stands in it.
_ORGANISATION: Final = re.compile(r"INDIGO-ORG-[0-9]{4,8}|[A-Z]{2}-[A-Z]{2,8}-[A-Za-z0-9./-]{1,40}", re.ASCII)
_BETWEEN: Final = re.compile(r"[,;|/&+\n]|\band\b", re.ASCII)
# Codes of ISO 4217 that are no money: metals, units of account, tests, and "no currency", which is three times X.
_NO_MONEY: Final = frozenset(
    {"XAG", "XAU", "XPD", "XPT", "XBA", "XBB", "XBC", "XBD", "XDR", "XFO", "XFU", "XRE", "XSU", "XTS", "XUA", "X" * 3}
)
_ONE_DAY: Final = timedelta(days=1)


class Status(StrEnum):
    """What may be shown of a row."""

    PUBLIC = "public"
    PRIVATE = "private"
    DISPUTED = "disputed"


class RowProblem(NamedTuple):
    """What is wrong with a cell.

    Attributes:
        tab: Its tab.
        row: From 1, the first row below the headings; 0 for the tab as a whole.
        field: Its path; empty for the row as a whole.
        code: A lasting word.
        problem: What happened and what to do, in words.
    """

    tab: str
    row: int
    field: str
    code: str
    problem: str


class Days(NamedTuple):
    """A day, month or year, as the days from one until, and without, another."""

    from_on: date
    until_on: date


def is_organisation_id(text: str) -> bool:
    """Whether a text is the id of one organisation: INDIGO's own, or one of org-id.guide."""
    return bool(_ORGANISATION.fullmatch(text))


def flatten(row: Mapping[str, object]) -> dict[str, object]:
    """Give the cells of a row by path, whether they were nested or not: "money/amount", without "/value"."""
    return dict(_cells(row, ""))


def _cells(row: Mapping[str, object], at: str) -> Iterator[tuple[str, object]]:
    for name, cell in row.items():
        path = f"{at}{name}"
        if isinstance(cell, Mapping):
            yield from _cells(cell, f"{path}/")
        else:
            yield path.removesuffix("/value"), cell


class Cells:
    """One row: its cells are read one by one, and what is wrong is remembered."""

    def __init__(self, tab: str, number: int, cells: Mapping[str, object]) -> None:
        self.tab, self.number = tab, number
        self.problems: list[RowProblem] = []
        self.currency_read = ""
        self._cells = cells

    def refuse(self, field: str, code: str, problem: str) -> None:
        """Remember what is wrong with a cell."""
        self.problems.append(RowProblem(self.tab, self.number, field, code, problem))

    def has_problem(self, field: str) -> bool:
        """Whether something was wrong with a cell."""
        return any(problem.field == field for problem in self.problems)

    def content(self) -> tuple[tuple[str, str], ...]:
        """Give all cells that are not empty, in order, to compare rows by."""
        written = ((path, str(cell).strip()) for path, cell in self._cells.items() if cell is not None)
        return tuple(sorted((path, cell) for path, cell in written if cell))

    def text(self, field: str, *, needed: bool = False) -> str:
        """Read a text; empty where there is none."""
        cell = self._cell(field)
        if cell is None:
            if needed and not self.has_problem(field):
                self.refuse(field, "missing", "This has to be given.")
            return ""
        if not isinstance(cell, str) or "\x00" in cell or len(cell) > MOST_LETTERS:
            if not self.has_problem(field):
                self.refuse(field, "not_a_text", f"This has to be a text of up to {MOST_LETTERS:,} letters.")
            return ""
        return cell.strip()

    def word(self, field: str, words: type[Word], code: str, *, folded: bool = False) -> Word | None:
        """Read one of some words; with `folded`, in capitals or not."""
        found = self.text(field, needed=True)
        found = found.lower() if folded else found
        if found in [word.value for word in words]:
            return words(found)
        if found:
            self.refuse(field, code, f"This has to be one of {', '.join(word.value for word in words)}.")
        return None

    def currency(self, field: str) -> str:
        """Read the code of a currency that money can be in."""
        found = self.text(field, needed=True)
        if not found:
            return ""
        if found not in CURRENCIES or found in _NO_MONEY:
            self.refuse(field, "currency_not_iso", f"“{found[:40]}” is no code of a currency, such as GBP or USD.")
            return ""
        self.currency_read = found
        return found

    def amount(self, field: str, currency: str, *, needed: bool = False) -> int | None:
        """Read an amount in minor units; None where there is none or no currency to read it in.

        A number is written with digits and a point, as the standard says: no sign of a currency, no comma, no words.
        """
        cell = self._cell(field)
        if cell is None:
            if needed:
                self.refuse(field, "missing", "This has to be given.")
            return None
        written = self._write_number(cell)
        if not _AMOUNT.fullmatch(written):
            below = written.startswith("-") and _AMOUNT.fullmatch(written[1:])
            code, words = ("below_zero", "This cannot be below zero.") if below else ("not_a_number", _NUMBERS)
            self.refuse(field, code, words)
            return None
        if not currency:
            return None
        minor = Decimal(written) * CURRENCIES[currency].sub_unit
        if minor != minor.to_integral_value():
            self.refuse(field, "too_precise", f"{currency} has no such fraction.")
            return None
        return int(minor)

    def _cell(self, field: str) -> object:
        cell = self._cells.get(field)
        return None if isinstance(cell, str) and not cell.strip() else cell

    @staticmethod
    def _write_number(cell: object) -> str:
        if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
            return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
        return cell.strip() if isinstance(cell, str) else ""

    def percent(self, field: str) -> Decimal | None:
        """Read a percentage of zero or more, with or without its sign; None where there is none."""
        cell = self._cell(field)
        if cell is None:
            return None
        written = self._write_number(cell).removesuffix("%").rstrip()
        if not _AMOUNT.fullmatch(written):
            self.refuse(field, "not_a_percentage", "This has to be a percentage such as 6.5.")
            return None
        return Decimal(written).normalize()

    def days(self, field: str, *, needed: bool = True) -> Days | None:
        """Read a day, a month or a year."""
        found = self.text(field, needed=needed)
        if not found:
            return None
        parts = _DAYS.fullmatch(found)
        try:
            if parts:
                return _read_days(parts["year"], parts["month"], parts["day"])
        except ValueError:
            pass
        self.refuse(field, "not_a_day", "This has to be a day as 2026-01-31, a month as 2026-01, or a year as 2026.")
        return None

    def organisation(self, field: str, *, needed: bool) -> str:
        """Read the id of one organisation."""
        found = self.text(field, needed=needed)
        if not found or _ORGANISATION.fullmatch(found):
            return found
        if any(_ORGANISATION.fullmatch(part.strip()) for part in _BETWEEN.split(found)):
            self.refuse(field, "several_payers", "There are several organisations in one cell: write a row for each.")
        else:
            self.refuse(field, "not_an_organisation", "This has to be the id of one organisation: INDIGO-ORG-0001.")
        return ""


_NUMBERS: Final = "This has to be a number such as 250000.50, without signs, commas or words; fractions as a text."


def _read_days(year: str, month: str | None, day: str | None) -> Days:
    if month is None:
        return Days(date(int(year), 1, 1), date(int(year) + 1, 1, 1))
    if day is None:
        first = date(int(year), int(month), 1)
        return Days(first, first + timedelta(days=monthrange(first.year, first.month)[1]))
    found = date(int(year), int(month), int(day))
    return Days(found, found + _ONE_DAY)


def read_status(row: Cells) -> Status:
    """Read what may be shown; what is not said is private, so that nothing is published by leaving a cell empty."""
    if not row.text("status"):
        return Status.PRIVATE
    return row.word("status", Status, "status_unknown", folded=True) or Status.PRIVATE
