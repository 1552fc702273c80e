"""Workbooks that somebody sends: what they say is read, and what could harm is refused before it does."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bonds.arithmetic.indigo_writing import HEADINGS
from bonds.documents import workbooks
from bonds.documents.indigo import FileUnreadable, read_tabs, write_workbook

TABS = {tab: [] for tab in HEADINGS}
SHEET = "xl/worksheets/sheet1.xml"


def saved(*rows, title="outcome_metrics"):
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def unpacked(content):
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {entry.filename: packed.read(entry) for entry in packed.infolist()}


def packed(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def changed(content, **parts):
    return packed(unpacked(content) | {name.replace("__", "/"): part for name, part in parts.items()})


def test_cells_are_read_as_they_were_typed():
    content = saved(
        ("id", "whole", "part", "small", "day", "moment", "yes", None, "last"),
        (),
        ("a", 2026, 250000.5, 0.1, datetime(2026, 1, 31), datetime(2026, 1, 31, 9, 30), True, "no heading", " b "),
    )

    assert read_tabs(content) == {
        "outcome_metrics": [
            {
                "id": "a", "whole": "2026", "part": "250000.5", "small": "0.1", "day": "2026-01-31",
                "moment": "2026-01-31T09:30:00", "yes": "True", "last": " b ",
            }
        ]
    }  # fmt: skip


def test_a_formula_is_what_it_last_showed_and_a_sheet_says_its_size_in_vain():
    parts = unpacked(saved(("id", "sum"), ("a", 1)))
    sheet = parts[SHEET].decode()
    sheet = sheet.replace("<v>1</v>", "<f>2+2</f><v>4</v>")
    parts[SHEET] = re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', sheet).encode()

    assert read_tabs(packed(parts)) == {"outcome_metrics": [{"id": "a", "sum": "4"}]}


def test_a_sheet_that_is_no_tab_is_left_alone():
    with pytest.raises(FileUnreadable, match="none of the tabs"):
        read_tabs(saved(("id",), title="Sheet"))


ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'


@pytest.mark.parametrize("part", ["xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels", SHEET])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "iso-8859-1", "cp037"])
@pytest.mark.parametrize("doctype", [ENTITY, "<!DOCTYPE x>", '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">'])
def test_a_document_type_is_refused_in_every_part_and_encoding(part, encoding, doctype):
    parts = unpacked(saved(("id",), ("a",)))
    text = re.sub(r"^<\?xml[^>]*\?>", "", parts[part].decode())
    parts[part] = f'<?xml version="1.0" encoding="{encoding}"?>{doctype}{text}'.encode(encoding)

    with pytest.raises(FileUnreadable):
        read_tabs(packed(parts))


def test_without_the_document_type_the_same_parts_are_read():
    parts = unpacked(saved(("id",), ("a",)))
    for part in ("xl/workbook.xml", "[Content_Types].xml", SHEET):
        text = re.sub(r"^<\?xml[^>]*\?>", "", parts[part].decode())
        parts[part] = f'<?xml version="1.0" encoding="utf-16"?>{text}'.encode("utf-16")

    assert read_tabs(packed(parts)) == {"outcome_metrics": [{"id": "a"}]}


def test_a_part_that_hides_as_a_picture_is_not_read():
    parts = unpacked(saved(("id",), ("a",)))
    parts["xl/media/image1.png"] = ENTITY.encode() + parts.pop(SHEET)
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        parts[name] = parts[name].replace(b"worksheets/sheet1.xml", b"media/image1.png")

    with pytest.raises(FileUnreadable):
        read_tabs(packed(parts))


def test_too_much_is_refused_before_it_is_unpacked(monkeypatch):
    def read(*_args, **_more):
        raise AssertionError("unpacked")

    bomb = changed(saved(("id",)), **{"xl__media__a.xml": b"0" * 50_000_001})
    many = changed(saved(("id",)), **{f"f{number}": b"" for number in range(101)})
    monkeypatch.setattr(zipfile.ZipFile, "read", read)

    for content in (bomb, many, packed({"outcome_metrics.csv": b"0" * 50_000_001})):
        assert len(content) < 5_000_000
        with pytest.raises(FileUnreadable, match="too much"):
            read_tabs(content)


def test_a_row_with_a_number_beyond_all_rows_is_refused_at_once():
    content = saved(("id",), ("a",))
    sheet = unpacked(content)[SHEET].replace(b'<row r="2"', b'<row r="999999999999"')

    with pytest.raises(FileUnreadable):
        read_tabs(changed(content, **{SHEET.replace("/", "__"): sheet}))


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_LINES", 3)

    assert read_tabs(saved(("id",), ("a",), ("b",)))["outcome_metrics"] == [{"id": "a"}, {"id": "b"}]
    with pytest.raises(FileUnreadable):
        read_tabs(saved(("id",), ("a",), ("b",), ("c",)))


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(data):
    parts = unpacked(write_workbook(TABS | {"outcome_metrics": [("a", "b", "c", "d", "e", "public")]}))
    name = data.draw(st.sampled_from(sorted(parts)))
    match data.draw(st.sampled_from(["lose", "cut", "bytes", "swap", "attribute"])):
        case "lose":
            del parts[name]
        case "cut":
            parts[name] = parts[name][: data.draw(st.integers(0, len(parts[name])))]
        case "bytes":
            at = data.draw(st.integers(0, len(parts[name]) - 1))
            parts[name] = parts[name][:at] + data.draw(st.binary(min_size=1, max_size=4)) + parts[name][at + 1 :]
        case "swap":
            parts[name] = parts[data.draw(st.sampled_from(sorted(parts)))]
        case "attribute":
            found = re.findall(rb'="[^"]*"', parts[name])
            if found:
                old = data.draw(st.sampled_from(found))
                parts[name] = parts[name].replace(
                    old, b'="' + data.draw(st.sampled_from([b"", b"-1", b"x", b"1e9"])) + b'"'
                )

    with contextlib.suppress(FileUnreadable):
        read_tabs(packed(parts))
