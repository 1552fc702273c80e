"""How text and amounts are written so that no program takes them for anything else.

Source: OWASP ASVS 5.0 1.2.10 (formula injection) and RFC 4180.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _


class Audience(StrEnum):
    """Who reads a file: a person in a spreadsheet, or another program."""

    HUMAN = "human"
    MACHINE = "machine"

    @property
    def label(self) -> str:
        """What people call it."""
        return str({Audience.HUMAN: _("for a spreadsheet"), Audience.MACHINE: _("for another program")}[self])


BYTE_ORDER_MARK: Final = "\ufeff"
# A spreadsheet takes a cell that begins with one of these for a formula.
_TRIGGERS: Final = ("=", "+", "-", "@", "\t", "\r", "\0")
# Control characters and what directs or hides text; a line end inside a cell is a space.
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")
# Full-width forms that some programs fold into the triggers above.
_WIDE: Final = str.maketrans({"\uff1d": "=", "\uff0b": "+", "\uff0d": "-", "\uff20": "@"})


def safe_for_people(text: str) -> str:
    """Make a text cell for a spreadsheet: an apostrophe before anything that would be taken for a formula."""
    flat = _CONTROL.sub(" ", text)
    looks_at = flat.lstrip().translate(_WIDE)[:1]
    return f"'{flat}" if text.startswith(_TRIGGERS) or looks_at in _TRIGGERS else flat


def safe_for_programs(text: str) -> str:
    """Make a text cell for another program, which would import an apostrophe: the trigger is taken away instead."""
    flat = _CONTROL.sub(" ", text).strip()
    while flat.translate(_WIDE).startswith(_TRIGGERS):
        flat = flat[1:].lstrip()
    return flat


def plain_amount(minor: int, *, digits: int = 2) -> str:
    """Write minor units as a plain number, such as -1234.50: no thousands mark, no currency sign."""
    whole, rest = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{digits}d}"


def csv_line(cells: Iterable[str]) -> str:
    """Write one record as RFC 4180 has it: quotes where needed, CRLF at the end."""
    return csv_cells(cells) + "\r\n"


def csv_cells(cells: Iterable[str]) -> str:
    """Write cells of a record that go beside one another, without the end of the line."""
    return ",".join(_quoted(cell) for cell in cells)


def cell_writer(audience: Audience) -> Callable[[str], str]:
    """Give the function that makes text cells safe for an audience."""
    return safe_for_people if audience is Audience.HUMAN else safe_for_programs


def in_pieces(lines: Iterable[str], *, size: int = 32_768) -> Iterator[bytes]:
    """Join lines into pieces of a few thousand bytes, for an answer that is streamed."""
    waiting: list[str] = []
    length = 0
    for line in lines:
        waiting.append(line)
        length += len(line)
        if length >= size:
            yield "".join(waiting).encode()
            waiting, length = [], 0
    if waiting:
        yield "".join(waiting).encode()


def _quoted(cell: str) -> str:
    if any(one in cell for one in ',"\r\n') or cell != cell.strip():
        return '"' + cell.replace('"', '""') + '"'
    return cell
