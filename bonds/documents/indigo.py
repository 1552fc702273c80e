"""INDIGO data as files: a workbook with a sheet for each tab, or a ZIP with a CSV for each; and reading such files."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from xml.etree import ElementTree
from xml.parsers import expat

import xlsxwriter
from django.utils.translation import gettext as _

from bonds.arithmetic.indigo import METRICS, PAYMENTS, PLANS, PRICES
from bonds.arithmetic.indigo_writing import HEADINGS, Row
from core.errors import InvalidInput

MOST_BYTES: Final = 5_000_000
MOST_UNPACKED: Final = 50_000_000
MOST_FILES: Final = 100
TABS: Final = (METRICS, PRICES, PLANS, PAYMENTS)
_OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# The same contents give the same file, whenever it is made.
_DAY: Final = (2000, 1, 1, 0, 0, 0)
_SHEET: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_COLUMN: Final = re.compile(r"([A-Z]{1,3})[0-9]+")
_LETTERS: Final = 26
_BROKEN: Final = (
    *(ValueError, KeyError, RecursionError, csv.Error),
    *(zipfile.BadZipFile, ElementTree.ParseError, expat.ExpatError),
)


class FileUnreadable(InvalidInput):
    """The file is no workbook, no ZIP of CSV files and no JSON, or far too long."""

    code = "bonds.indigo_file_unreadable"


def write_workbook(tabs: Mapping[str, list[Row]]) -> bytes:
    """Write a workbook with a sheet for each tab; every cell is a text, none a formula.

    Args:
        tabs: As `write_indigo` gives them.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, _OPTIONS) as workbook:
        bold = workbook.add_format({"bold": True})
        for tab in TABS:
            # Names of sheets have 31 letters at most; these are shorter.
            sheet = workbook.add_worksheet(tab)
            sheet.set_column(0, len(HEADINGS[tab]), 28)
            for place, heading in enumerate(HEADINGS[tab]):
                sheet.write_string(0, place, heading, bold)
            for number, row in enumerate(tabs[tab], start=1):
                for place, cell in enumerate(row):
                    sheet.write_string(number, place, cell)
            sheet.freeze_panes(1, 0)
    return file.getvalue()


def write_zip(tabs: Mapping[str, list[Row]]) -> bytes:
    """Write a ZIP with a CSV for each tab, for programs: texts are written as they are, formulas too.

    Args:
        tabs: As `write_indigo` gives them.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for tab in TABS:
            text = io.StringIO(newline="")
            lines = csv.writer(text)
            lines.writerow(HEADINGS[tab])
            lines.writerows(tabs[tab])
            packed.writestr(zipfile.ZipInfo(f"{tab}.csv", _DAY), text.getvalue())
    return file.getvalue()


def read_tabs(content: bytes) -> dict[str, Any]:
    """Read the tabs of a file, whichever of the three it is; what the cells say is for `read_indigo` to judge.

    Args:
        content: The whole file.

    Raises:
        FileUnreadable: it is none of them, or too long.
    """
    if len(content) > MOST_BYTES:
        raise FileUnreadable(_("The file is longer than 5 MB."))
    try:
        if content.startswith(b"PK"):
            return _read_packed(content)
        found = json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except _BROKEN as wrong:
        raise FileUnreadable(_("The file cannot be read as a workbook, a ZIP of CSV files or JSON.")) from wrong
    if not isinstance(found, dict) or not set(TABS) & set(found):
        raise FileUnreadable(_("The file has none of the tabs: %(tabs)s.") % {"tabs": ", ".join(TABS)})
    return found


def _read_packed(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        entries = packed.infolist()
        if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise FileUnreadable(_("The file holds too much."))
        names = {entry.filename for entry in entries}
        if "xl/workbook.xml" in names:
            tabs = _read_workbook(packed, names)
        else:
            wanted = {tab: f"{tab}.csv" for tab in TABS}
            tabs = {tab: _read_csv(packed.read(name)) for tab, name in wanted.items() if name in names}
    if not tabs:
        raise FileUnreadable(_("The file has none of the tabs: %(tabs)s.") % {"tabs": ", ".join(TABS)})
    return tabs


def _read_csv(content: bytes) -> list[dict[str, Any]]:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), restkey="")
    return [{key: cell for key, cell in row.items() if key} for row in rows]


def _read_workbook(packed: zipfile.ZipFile, names: set[str]) -> dict[str, Any]:
    """Read the sheets that are tabs. Only texts and plain numbers are taken; a formula's result is what it shows."""
    links = {link.get("Id", ""): link.get("Target", "") for link in _parse(packed.read("xl/_rels/workbook.xml.rels"))}
    shared: list[str] = []
    if "xl/sharedStrings.xml" in names:
        shared = [_text(item) for item in _parse(packed.read("xl/sharedStrings.xml"))]
    tabs = {}
    for sheet in _parse(packed.read("xl/workbook.xml")).iter(f"{_SHEET}sheet"):
        name = sheet.get("name", "")
        if name in TABS:
            target = links[sheet.get(_LINK, "")].removeprefix("/xl/").removeprefix("xl/")
            tabs[name] = _read_sheet(_parse(packed.read(f"xl/{target}")), shared)
    return tabs


def _read_sheet(sheet: ElementTree.Element, shared: list[str]) -> list[dict[str, str]]:
    lines = [
        {_place(cell.get("r", "A1")): _cell(cell, shared) for cell in row.iter(f"{_SHEET}c")}
        for row in sheet.iter(f"{_SHEET}row")
    ]
    if not lines:
        return []
    headings = lines[0]
    return [{headings[at]: line[at] for at in line if headings.get(at)} for line in lines[1:] if any(line.values())]


def _cell(cell: ElementTree.Element, shared: list[str]) -> str:
    kind, value = cell.get("t", "n"), cell.find(f"{_SHEET}v")
    if kind == "inlineStr":
        return _text(cell)
    written = (value.text or "") if value is not None else ""
    if kind == "s" and written:
        return shared[int(written)] if int(written) < len(shared) else ""
    return written


def _text(element: ElementTree.Element) -> str:
    return "".join(part.text or "" for part in element.iter(f"{_SHEET}t"))


def _place(address: str) -> int:
    found = _COLUMN.fullmatch(address)
    if not found:
        raise ValueError(address)
    place = 0
    for letter in found[1]:
        place = place * _LETTERS + ord(letter) - ord("A") + 1
    return place


def _parse(content: bytes) -> ElementTree.Element:
    # What defines entities of its own is no workbook that anybody sends in good faith; asked of the parser, since the
    # bytes look otherwise in another encoding.
    reader = expat.ParserCreate()
    reader.StartDoctypeDeclHandler = _refuse_doctype
    reader.Parse(content, True)  # noqa: FBT003  the parser takes it by place only
    return ElementTree.fromstring(content)  # noqa: S314  without a document type there is nothing to expand


def _refuse_doctype(*_declared: object) -> None:
    raise ValueError("a document type")
