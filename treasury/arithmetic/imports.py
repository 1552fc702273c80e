"""Reading a prior system's journal, or opening balances, from CSV: every row is checked, and every bad one is named.

The template has one row for each leg: `date, reference, account, owner, fund, debit, credit, text`. Rows of one journal
have one reference and stand together. Nothing is rounded, guessed or left out: a file is right as a whole, or it is not
taken.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from core.errors import DomainError
from treasury.arithmetic.legs import Leg, PairedLine, find_differences, pair_legs

COLUMNS: Final = ("date", "reference", "account", "owner", "fund", "debit", "credit", "text")
MAPPING_COLUMNS: Final = ("external", "account")
MAX_BYTES: Final = 10_000_000
MAX_ROWS: Final = 100_000
MAX_LEGS: Final = 10_000
MAX_PENCE: Final = 10**15
MOST_PROBLEMS: Final = 200
OPENING: Final = "OPENING"
NARRATION_LENGTH: Final = 500

_PLAIN: Final = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,2})?")
_WITH_COMMAS: Final = re.compile(r"-?[0-9]{1,3}(,[0-9]{3}){0,4}(\.[0-9]{1,2})?")
_ISO: Final = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_BRITISH: Final = re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})")
_LENGTHS: Final = {"reference": 80, "owner": 64, "fund": 64, "account": 64}


class DateOrder(StrEnum):
    """How dates are written in a file; it is said, never guessed."""

    ISO = "iso"
    BRITISH = "british"


class ImportKind(StrEnum):
    """What a file holds."""

    JOURNALS = "journals"
    OPENING = "opening"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to read a file.

    `opening_on` is the day before the first of our own, on which opening balances are dated; `suspense` is the account
    that takes what they do not balance by, where somebody asked for that.
    """

    kind: ImportKind = ImportKind.JOURNALS
    dates: DateOrder = DateOrder.ISO
    commas: bool = False
    opening_on: date | None = None
    suspense: str = ""


class AccountFacts(NamedTuple):
    """What has to be known of an account to post to it."""

    name: str
    currency: str
    is_control: bool
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class BookFacts:
    """What has to be known of a book to post to it."""

    accounts: Mapping[str, AccountFacts]
    locked_through: date | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)


class Problem(NamedTuple):
    """What is wrong with a line of the file, from 1; 0 stands for the file as a whole."""

    line: int
    problem: str


@dataclass(slots=True)
class ImportedJournal:
    """A journal as it stands in the file, and as it would be posted."""

    line: int
    reference: str
    on: date
    texts: list[str] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    lines: list[PairedLine] = field(default_factory=list)

    @property
    def narration(self) -> str:
        """The different words of its rows, one after the other, cut where an entry has no more room."""
        words = "; ".join(dict.fromkeys(text for text in self.texts if text))
        return words if len(words) <= NARRATION_LENGTH else words[: NARRATION_LENGTH - 1] + "…"


@dataclass(slots=True)
class Reading:
    """What a file holds: journals that can be posted, or what is wrong with it."""

    rows: int = 0
    journals: list[ImportedJournal] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def totals(self) -> dict[str, tuple[int, int]]:
        """Debits and credits by account, in minor units, in the order of codes."""
        found: dict[str, tuple[int, int]] = {}
        for leg in (leg for journal in self.journals for leg in journal.legs):
            debits, owed = found.get(leg.account, (0, 0))
            found[leg.account] = (debits + leg.debit_pence, owed + leg.credit_pence)
        return dict(sorted(found.items()))


class RowUnusable(ValueError):
    """A row cannot be right; the message says why."""


def read_journals(content: bytes, *, options: ImportOptions, book: BookFacts) -> Reading:
    """Read a file of journals or opening balances.

    Args:
        content: The whole file: UTF-8, with or without a byte order mark.
        options: How to read it.
        book: What it is to be posted to.

    Returns:
        All journals with their transfers, or a list of problems; never some of the journals.
    """
    reading = Reading()
    try:
        rows = list(_rows(content, COLUMNS, optional={"owner", "fund", "text"}))
    except _FileUnusable as error:
        reading.problems.append(error.problem)
        return reading
    reading.rows = len(rows)
    if not rows:
        reading.problems.append(Problem(0, "the file has no rows below its header"))
    spoilt = _gather(rows, reading, options=options, book=book)
    if options.kind is ImportKind.OPENING and not reading.problems:
        reading.journals = _as_openings(reading, options=options, book=book)
    for journal in reading.journals:
        # A journal of which a row cannot be read would not balance without it.
        if journal.reference not in spoilt:
            _pair(journal, reading)
    reading.problems = sorted(set(reading.problems))[:MOST_PROBLEMS]
    if reading.problems:
        reading.journals = []
    return reading


def read_mapping(content: bytes) -> tuple[dict[str, str], list[Problem]]:
    """Read a table from the codes of another system to ours: `external, account`.

    Returns:
        The table, and what is wrong with it; with problems the table is empty.
    """
    found: dict[str, str] = {}
    problems = []
    try:
        for line, row in _rows(content, MAPPING_COLUMNS, optional=set()):
            if not row["external"] or not row["account"]:
                problems.append(Problem(line, "give both codes"))
            elif found.setdefault(row["external"], row["account"]) != row["account"]:
                problems.append(Problem(line, f"{row['external']} is there twice, with different accounts"))
    except _FileUnusable as error:
        problems.append(error.problem)
    return ({}, problems) if problems else (found, [])


def read_amount(text: str, *, commas: bool) -> int:
    """Read an amount as whole pence; empty is zero.

    Args:
        text: Digits, perhaps a minus before them, and at most two after a point.
        commas: Whether commas between thousands are taken; otherwise they are refused.

    Raises:
        RowUnusable: it is something else.
    """
    plain = text.strip()
    if not plain:
        return 0
    if not (_WITH_COMMAS.fullmatch(plain) if commas and "," in plain else _PLAIN.fullmatch(plain)):
        raise RowUnusable(f"{text!r} is not an amount such as 1234.50")
    whole, _point, rest = plain.lstrip("-").replace(",", "").partition(".")
    pence = int(whole) * 100 + int(rest.ljust(2, "0"))
    if pence > MAX_PENCE:
        raise RowUnusable(f"{text!r} is more than the books take")
    return -pence if plain.startswith("-") else pence


def read_day(text: str, *, order: DateOrder) -> date:
    """Read a day as it is said to be written.

    Raises:
        RowUnusable: it is written otherwise, or no such day exists.
    """
    found = (_ISO if order is DateOrder.ISO else _BRITISH).fullmatch(text.strip())
    wanted = "2026-01-31" if order is DateOrder.ISO else "31/01/2026"
    if found is None:
        raise RowUnusable(f"{text!r} is not a date such as {wanted}")
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        raise RowUnusable(f"{text!r} is a day that does not exist") from None


class _FileUnusable(Exception):
    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.problem = Problem(line, problem)


Row = dict[str, str]


def _rows(content: bytes, columns: Sequence[str], *, optional: set[str]) -> Iterator[tuple[int, Row]]:
    """Go through the rows that are not empty, with the line each begins at."""
    if len(content) > MAX_BYTES:
        raise _FileUnusable(0, f"the file is larger than {MAX_BYTES // 1_000_000} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _FileUnusable(line, "the file is not UTF-8: save it as “CSV UTF-8”") from None
    names: list[str] | None = None
    for count, (line, cells) in enumerate(_records(text)):
        if names is None:
            names = _header(cells, columns, optional, line=line)
            continue
        if count > MAX_ROWS:
            raise _FileUnusable(line, f"the file has more than {MAX_ROWS:,} rows")
        if len(cells) != len(names):
            raise _FileUnusable(line, f"the row has {len(cells)} cells, the header {len(names)}")
        yield line, dict.fromkeys(columns, "") | dict(zip(names, (cell.strip() for cell in cells), strict=True))
    if names is None:
        raise _FileUnusable(1, "the file is empty")


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Go through the records of CSV that are not empty, with the line each begins at."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            at, begins = begins, reader.line_num + 1
            if any(cell.strip() for cell in cells):
                yield at, cells
    except csv.Error as error:
        raise _FileUnusable(begins, f"not CSV: {error}") from None


def _header(cells: Sequence[str], columns: Sequence[str], optional: set[str], *, line: int) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    if len(set(names)) != len(names) or set(names) - set(columns) or set(columns) - optional - set(names):
        raise _FileUnusable(line, f"the first row has to name the columns {', '.join(columns)}")
    return names


def _gather(rows: Sequence[tuple[int, Row]], reading: Reading, *, options: ImportOptions, book: BookFacts) -> set[str]:
    """Make legs of rows, and journals of legs that stand together; give the references that have a bad row."""
    seen: set[str] = set()
    spoilt: set[str] = set()
    for line, row in rows:
        try:
            reference, on, leg = _read_row(row, options=options, book=book)
        except RowUnusable as error:
            reading.problems.append(Problem(line, str(error)))
            spoilt.add(OPENING if options.kind is ImportKind.OPENING else row["reference"])
            continue
        last = reading.journals[-1] if reading.journals else None
        if last is None or last.reference != reference:
            if reference in seen:
                reading.problems.append(
                    Problem(line, f"reference {reference} was there before: rows of a journal stand together")
                )
            seen.add(reference)
            last = ImportedJournal(line, reference, on)
            reading.journals.append(last)
        elif last.on != on:
            reading.problems.append(Problem(line, f"reference {reference} has two dates"))
        last.legs.append(leg)
        last.texts.append(_one_line(row["text"]))
    return spoilt


def _read_row(row: Row, *, options: ImportOptions, book: BookFacts) -> tuple[str, date, Leg]:
    is_opening = options.kind is ImportKind.OPENING
    for name, longest in _LENGTHS.items():
        if len(row[name]) > longest or not row[name].isprintable():
            raise RowUnusable(f"{name} is longer than {longest} characters, or cannot be printed")
    reference = OPENING if is_opening else row["reference"]
    if not reference:
        raise RowUnusable("the reference is missing")
    on = _day_of(row, options=options)
    code = book.mapping.get(row["account"], row["account"])
    facts = book.accounts.get(code)
    if facts is None:
        raise RowUnusable(f"the book has no account {row['account']!r}" if row["account"] else "the account is missing")
    _check_side(code, facts, owner=row["owner"], on=on)
    if book.locked_through is not None and on <= book.locked_through:
        raise RowUnusable(f"the books are closed through {book.locked_through.isoformat()}")
    debit, owed = (read_amount(row[side], commas=options.commas) for side in ("debit", "credit"))
    if bool(debit) == bool(owed):
        raise RowUnusable("give a debit or a credit, not both" if debit else "the amount is missing")
    net = debit - owed
    return reference, on, Leg(code, row["owner"], row["fund"], facts.currency, max(net, 0), max(-net, 0))


def _day_of(row: Row, *, options: ImportOptions) -> date:
    if options.opening_on is None:
        return read_day(row["date"], order=options.dates)
    if row["date"] and read_day(row["date"], order=options.dates) != options.opening_on:
        raise RowUnusable(f"opening balances are dated {options.opening_on.isoformat()}, the day before the first")
    return options.opening_on


def _check_side(code: str, facts: AccountFacts, *, owner: str, on: date) -> None:
    if facts.is_control and not owner:
        raise RowUnusable(f"account {code} is kept by owners: say whose part it is")
    if owner and not facts.is_control:
        raise RowUnusable(f"account {code} takes no owner")
    if facts.closed_on is not None and on > facts.closed_on:
        raise RowUnusable(f"account {code} has been closed")


def _as_openings(reading: Reading, *, options: ImportOptions, book: BookFacts) -> list[ImportedJournal]:
    """Make one journal for each currency and fund, balanced by the suspense account where somebody asked for it."""
    whole = reading.journals[0]
    found: dict[tuple[str, str], ImportedJournal] = {}
    for leg in whole.legs:
        name = " ".join(filter(None, (OPENING, leg.currency, leg.fund)))
        one = found.setdefault(
            (leg.currency, leg.fund), ImportedJournal(whole.line, name, whole.on, ["Opening balances"])
        )
        one.legs.append(leg)
    suspense = book.accounts.get(options.suspense)
    for (currency, fund), journal in found.items():
        for difference in find_differences(journal.legs) if suspense and suspense.currency == currency else ():
            net = difference.pence
            journal.legs.append(Leg(options.suspense, "", fund, currency, max(-net, 0), max(net, 0)))
    return list(found.values())


def _pair(journal: ImportedJournal, reading: Reading) -> None:
    if len(journal.legs) > MAX_LEGS:
        reading.problems.append(Problem(journal.line, f"{journal.reference} has more than {MAX_LEGS:,} rows"))
        return
    for currency, fund, pence in find_differences(journal.legs):
        where = f"{currency}, fund {fund}" if fund else currency
        more = "debits" if pence > 0 else "credits"
        amount = f"{abs(pence) // 100}.{abs(pence) % 100:02d}"
        reading.problems.append(
            Problem(journal.line, f"{journal.reference} does not balance: {amount} more {more} in {where}")
        )
    if not reading.problems:
        try:
            journal.lines = pair_legs(journal.legs)
        except DomainError as error:
            reading.problems.append(Problem(journal.line, f"{journal.reference}: {error.message}"))


def _one_line(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
