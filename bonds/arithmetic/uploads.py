"""Reading a file of results: every row is read, and every one that cannot be is named by its line.

One row is one person's result: `person, result, achieved_on, quantity, evidence, evidence_on, evidence_number`. A
person is named by pseudonym; a file with any other column, such as a name, is not read at all.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

COLUMNS: Final = ("person", "result", "achieved_on", "quantity", "evidence", "evidence_on", "evidence_number")
NEEDED: Final = frozenset({"person", "result", "achieved_on"})
MAX_BYTES: Final = 10_000_000
MAX_ROWS: Final = 100_000
MOST_QUANTITY: Final = 100_000
_PSEUDONYM: Final = re.compile(r"P-[0-9]{4,8}")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
_ISO: Final = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_BRITISH: Final = re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})")
_WHOLE: Final = re.compile(r"[0-9]{1,6}")
_LONGEST_NUMBER: Final = 60


class Problem(NamedTuple):
    """What is wrong with a line of the file, from 1; 0 stands for the file as a whole."""

    line: int
    problem: str


class ResultRow(NamedTuple):
    """A result as it stands in the file.

    Attributes:
        line: Where it begins.
        person: Pseudonym.
        metric: Code of the result.
        achieved_on: The day.
        quantity: Days, or 1.
        evidence: Kind of what shows it; empty where the file says nothing.
        evidence_on: Its day; that of the result where none is given.
        evidence_number: Number of the form.
    """

    line: int
    person: str
    metric: str
    achieved_on: date
    quantity: int
    evidence: str
    evidence_on: date
    evidence_number: str


class FileUnusable(ValueError):
    """The file cannot be read any further."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.problem = Problem(line, problem)


class RowUnusable(ValueError):
    """A row cannot be right; the message says why."""


def read_results(content: bytes) -> Iterator[ResultRow | Problem]:
    """Go through the rows of a file, one at a time.

    Args:
        content: The whole file: UTF-8, with or without a byte order mark; days as 2026-01-31 or 31/01/2026.

    Yields:
        Each row that can be read, and the problem of each that cannot. A file that is no CSV ends with a problem.
    """
    try:
        for line, cells in rows_of_csv(content, columns=COLUMNS, needed=NEEDED):
            try:
                yield _read_row(line, cells)
            except RowUnusable as error:
                yield Problem(line, str(error))
    except FileUnusable as error:
        yield error.problem


def read_day(text: str) -> date:
    """Read a day, written as 2026-01-31 or, day first, as 31/01/2026.

    Raises:
        RowUnusable: it is written otherwise, or no such day exists.
    """
    found = _ISO.fullmatch(text) or _BRITISH.fullmatch(text)
    if found is None:
        raise RowUnusable("a day is written as 2026-01-31 or 31/01/2026")
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        raise RowUnusable("there is no such day") from None


def _read_row(line: int, given: dict[str, str]) -> ResultRow:
    if not given:
        raise RowUnusable("the row has more or fewer cells than the header")
    cells = dict.fromkeys(COLUMNS, "") | given
    if not _PSEUDONYM.fullmatch(cells["person"]):
        raise RowUnusable("a person is named by pseudonym, such as P-0001")
    if not _CODE.fullmatch(cells["result"]):
        raise RowUnusable("the result is missing, or is not a short name of the contract")
    achieved_on = read_day(cells["achieved_on"])
    quantity = _read_quantity(cells["quantity"])
    evidence, number = cells["evidence"], cells["evidence_number"]
    if evidence and not number:
        raise RowUnusable("evidence in a file needs the number of its form; files are added one by one")
    if not evidence and (number or cells["evidence_on"]):
        raise RowUnusable("say what kind of evidence it is")
    if len(number) > _LONGEST_NUMBER or not number.isprintable():
        raise RowUnusable(f"the number of a form has at most {_LONGEST_NUMBER} characters")
    evidence_on = read_day(cells["evidence_on"]) if cells["evidence_on"] else achieved_on
    return ResultRow(line, cells["person"], cells["result"], achieved_on, quantity, evidence, evidence_on, number)


def _read_quantity(text: str) -> int:
    if not text:
        return 1
    if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= MOST_QUANTITY:
        raise RowUnusable(f"the quantity is a whole number from 1 to {MOST_QUANTITY:,}")
    return int(text)


def rows_of_csv(
    content: bytes, *, columns: Sequence[str], needed: frozenset[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Go through the rows of a file that are not empty, with the line each begins at; a row that fits not is empty.

    Args:
        content: The whole file.
        columns: What its header may name, and nothing else.
        needed: What it has to name.

    Raises:
        FileUnusable: the file cannot be read, or not any further.
    """
    if len(content) > MAX_BYTES:
        raise FileUnusable(0, f"the file is larger than {MAX_BYTES // 1_000_000} MB")
    records = _records(content)
    first = next(records, None)
    if first is None:
        raise FileUnusable(1, "the file is empty")
    names = _header(*first, columns=columns, needed=needed)
    count = 0
    for count, (line, cells) in enumerate(records, 1):
        if count > MAX_ROWS:
            raise FileUnusable(line, f"the file has more than {MAX_ROWS:,} rows")
        fits = len(cells) == len(names)
        yield line, dict(zip(names, (cell.strip() for cell in cells), strict=True)) if fits else {}
    if count == 0:
        raise FileUnusable(0, "the file has no rows below its header")


def _records(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Go through the records of CSV that are not empty, with the line each begins at."""
    try:
        reader = csv.reader(io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline=""), strict=True)
        begins = 1
        for cells in reader:
            at, begins = begins, reader.line_num + 1
            if any(cell.strip() for cell in cells):
                yield at, cells
    except UnicodeDecodeError:
        raise FileUnusable(0, "the file is not UTF-8: save it as “CSV UTF-8”") from None
    except csv.Error as error:
        raise FileUnusable(begins, f"not CSV: {error}") from None


def _header(line: int, cells: Sequence[str], *, columns: Sequence[str], needed: frozenset[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    if len(set(names)) != len(names) or set(names) - set(columns) or needed - set(names):
        raise FileUnusable(
            line, f"the first row names the columns {', '.join(columns)}; the first three are needed, and no others"
        )
    return names
