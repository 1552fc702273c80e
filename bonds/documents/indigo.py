"""INDIGO data as files: a workbook with a sheet for each tab, or a ZIP with a CSV for each; and reading such files."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import xlsxwriter
from django.utils.translation import gettext as _

from bonds.arithmetic.indigo import METRICS, PAYMENTS, PLANS, PRICES
from bonds.arithmetic.indigo_investments import INVESTMENTS
from bonds.arithmetic.indigo_writing import HEADINGS, Row
from bonds.documents.workbooks import UNREADABLE, read_sheets
from core.errors import InvalidInput

MOST_BYTES: Final = 5_000_000
MOST_UNPACKED: Final = 50_000_000
MOST_FILES: Final = 100
TABS: Final = (METRICS, PRICES, PLANS, PAYMENTS, INVESTMENTS)
_OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# The same contents give the same file, whenever it is made.
_DAY: Final = (2000, 1, 1, 0, 0, 0)
_BROKEN: Final = (*UNREADABLE, csv.Error)


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
            tabs = read_sheets(packed, TABS)
        else:
            wanted = {tab: f"{tab}.csv" for tab in TABS}
            tabs = {tab: _read_csv(packed.read(name)) for tab, name in wanted.items() if name in names}
    if not tabs:
        raise FileUnreadable(_("The file has none of the tabs: %(tabs)s.") % {"tabs": ", ".join(TABS)})
    return tabs


def _read_csv(content: bytes) -> list[dict[str, Any]]:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), restkey="")
    return [{key: cell for key, cell in row.items() if key} for row in rows]
