"""Reading a journal from a form of rows, and giving it back as it was typed."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from treasury.arithmetic.journals import MAX_LINES, TypedJournal, TypedLine
from treasury.queries.journal_checks import JournalCheck, Problem

FIRST_ROWS = 6
MORE_ROWS = 5
FIELDS = ("account", "owner", "fund", "debit", "credit", "text")
# Longer than anything that can be kept: what is over is cut before it costs anything.
LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the form: what stands in it, and what is wrong with it."""

    line: TypedLine
    problems: list[Problem]

    @property
    def wrong(self) -> set[str]:
        """The fields that are wrong."""
        return {one.field for one in self.problems}


def read_sheet(data: QueryDict) -> TypedJournal:
    """Take a journal from the fields of the form, row by row; empty rows stay, so that row numbers do not move."""
    rows = min(_whole(data.get("rows", "")), MAX_LINES + MORE_ROWS)
    return TypedJournal(
        effective_on=_text(data, "effective_on"),
        narration=_text(data, "narration"),
        reverse_on=_text(data, "reverse_on"),
        lines=tuple(
            TypedLine(number, **{field: _text(data, f"lines-{number}-{field}") for field in FIELDS})
            for number in range(1, rows + 1)
        ),
    )


def show_rows(typed: TypedJournal, check: JournalCheck | None, *, more: int = 0) -> list[Row]:
    """Give the rows of the form: those that were typed, empty ones up to a handful, and as many more as asked for."""
    lines = list(typed.lines)
    wanted = min(max(len(lines) + more, FIRST_ROWS), MAX_LINES)
    lines += [TypedLine(number) for number in range(len(lines) + 1, wanted + 1)]
    return [Row(line, check.of_line(line.number) if check else []) for line in lines]


def _text(data: QueryDict, name: str) -> str:
    return data.get(name, "")[:LONGEST].strip()


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MAX_LINES)) else 0
