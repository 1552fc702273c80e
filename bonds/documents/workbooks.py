"""Reading workbooks that somebody sends: sheets as rows of texts, by openpyxl, and nothing that is not asked for.

A workbook is a ZIP of XML. Each part is parsed once before openpyxl sees it, and refused if it brings a document type:
without one there are no entities to expand. The parser tells, since the bytes look otherwise in another encoding.
What is no XML (pictures, macros) is not handed on.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml.sax import parseString
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MOST_LINES: Final = 100_000
MOST_COLUMNS: Final = 200
_PARTS: Final = (".xml", ".rels")
_MIDNIGHT: Final = time()
UNREADABLE: Final = (
    *(ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError),
    *(SyntaxError, SAXException, InvalidFileException, zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError),
)
"""What reading a broken workbook may raise: openpyxl trusts that parts are there and say what they should."""


def read_sheets(packed: zipfile.ZipFile, names: Collection[str]) -> dict[str, list[dict[str, str]]]:
    """Read some sheets of a workbook by name: each row by heading, as texts; a formula is what it last showed.

    Args:
        packed: The workbook; the caller has seen to its size.
        names: Of the sheets; others are not looked at.

    Returns:
        The rows of each sheet that is there, without empty ones. Headings are the first row that is not empty.

    Raises:
        ValueError: a part brings a document type, or a sheet has more than `MOST_LINES` rows.
        Exception: one of `UNREADABLE`, where it is broken otherwise.
    """
    workbook = load_workbook(_take_parts(packed), read_only=True, data_only=True, keep_links=False)
    found = {}
    for name in workbook.sheetnames:
        if name in names:
            sheet = workbook[name]
            sheet.reset_dimensions()
            found[name] = _read_rows(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True))
    return found


def _take_parts(packed: zipfile.ZipFile) -> io.BytesIO:
    """Pack the parts that are XML anew, each seen to."""
    taken = io.BytesIO()
    with zipfile.ZipFile(taken, "w", zipfile.ZIP_STORED) as out:
        for entry in packed.infolist():
            if entry.filename.endswith(_PARTS):
                content = packed.read(entry)
                parseString(content, ContentHandler(), forbid_dtd=True)
                out.writestr(entry.filename, content)
    taken.seek(0)
    return taken


def _read_rows(lines: Iterable[tuple[Any, ...]]) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    headings: list[str] = []
    for cells in _not_empty(lines):
        texts = [_write(cell) for cell in cells]
        if headings:
            rows.append({heading: text for heading, text in zip(headings, texts, strict=False) if heading and text})
        else:
            headings = texts
    return rows


def _not_empty(lines: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for number, cells in enumerate(lines, start=1):
        if number > MOST_LINES:
            raise ValueError("too many rows")
        if any(cell is not None for cell in cells):
            yield cells


def _write(cell: object) -> str:
    """Write a cell as text; a number as its shortest decimal form, which is what was typed."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == _MIDNIGHT else cell.isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)).normalize():f}"
    return str(cell)
