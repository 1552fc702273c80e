"""One report, five forms: page, API, CSV, XLSX and PDF say the same to the penny."""

import csv
import io
import re
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from pypdf import PdfReader

from core.reports import ColumnKind, RowKind
from documents.exports.report_csv import csv_report
from documents.exports.report_facts import report_facts
from documents.exports.report_limits import ReportTooLong, whole_report
from documents.exports.report_xlsx import xlsx_report
from foundation.models import AuditEvent
from ledger import operations
from ledger.operations import Line
from tests.ledger.support import AT, post
from tests.people.support import make_organisation, sign_in
from tests.treasury.conftest import an_officer
from tests.treasury.reports import example
from treasury.exports import Audience
from treasury.queries.reports import KINDS

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SLUGS = list(KINDS)
DAYS = {"from_on": "2026-01-01", "through_on": "2026-04-30", "on": "2026-04-30"}


@pytest.fixture
def rooms(db):
    """A society with the worked example's book, and a browser of its treasurer."""
    pub = make_organisation("hollow-oak", "Hollow Oak Pub Limited")
    book = operations.open_book(slug="pub", organisation=pub.public_id, name="Main book", at=AT)
    example.last_year(book)
    example.this_year(book)
    return sign_in(an_officer(pub, "treasurer", "tess@example.org"))


def page(slug, **more):
    return reverse("treasury:report", args=["hollow-oak", "pub", slug]), DAYS | more


def file(slug, shape, **more):
    return reverse(f"treasury:report-{shape}", args=["hollow-oak", "pub", slug]), DAYS | more


def pence(text):
    return int(Decimal(text) * 100) if text else None


def of_report(report):
    """The amounts of every row but headings, in order."""
    places = [place for place, one in enumerate(report.columns) if one.kind is ColumnKind.MONEY]
    return [
        [row.cells[place].value for place in places]
        for section in report.sections
        for row in section.rows
        if row.kind is not RowKind.HEADING
    ]


def of_csv(text, report):
    keys = [one.key for one in report.columns if one.kind is ColumnKind.MONEY]
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    return [[pence(row[key]) for key in keys] for row in rows if row["row"] != "heading"]


def of_json(facts):
    keys = [one["key"] for one in facts["columns"] if one["kind"] == "money"]
    rows = [row for section in facts["sections"] for row in section["rows"]]
    return [[pence(row["cells"][key]) for key in keys] for row in rows if row["kind"] != "heading"]


def of_xlsx(content, report):
    """The numbers of the first sheet, read from the file itself; below the header row."""
    width, places = len(report.columns), []
    places = [place for place, one in enumerate(report.columns) if one.kind is ColumnKind.MONEY]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not list(root.iter(f"{SHEET}f"))
    found = []
    for row in root.iter(f"{SHEET}row"):
        cells = {letter(one.attrib["r"]): one for one in row}
        numbers = [cells.get(place) for place in places]
        values = [
            int(Decimal(one.find(f"{SHEET}v").text) * 100) if one is not None and "t" not in one.attrib else None
            for one in numbers
        ]
        if any(value is not None for value in values):
            found.append(values)
    assert width
    return found


def letter(reference):
    return ord(re.match("[A-Z]", reference)[0]) - ord("A")


@pytest.mark.parametrize("slug", SLUGS)
def test_every_form_has_the_same_amounts(ask, slug):
    report = ask(slug)
    report = whole_report(report, most=1_000)

    amounts = of_report(report)

    assert of_csv("".join(csv_report(report, audience=Audience.MACHINE)), report) == amounts
    assert of_json(report_facts(report)) == amounts
    assert of_xlsx(xlsx_report(report), report) == [row for row in amounts if any(one is not None for one in row)]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_page_shows_every_amount_and_each_leads_somewhere(rooms, slug):
    address, days = page(slug)
    shown = rooms.get(address, days)

    html = shown.content.decode()
    assert shown.status_code == 200
    assert shown.context["report"].passed
    body = html[html.index("<tbody>") : html.rindex("</tbody>")]
    links = set(re.findall(r'href="([^"]+)"', body))
    assert links
    for link in sorted(links)[:12]:
        assert rooms.get(link.replace("&amp;", "&")).status_code == 200, link


@pytest.mark.parametrize("slug", SLUGS)
def test_the_pdf_says_the_same_as_the_page_and_can_be_read_aloud(rooms, slug):
    shown = rooms.get(*file(slug, "pdf"))

    content = b"".join(shown.streaming_content)
    pdf = PdfReader(io.BytesIO(content))
    text = " ".join(" ".join(one.extract_text().split()) for one in pdf.pages)
    assert shown["Content-Type"] == "application/pdf"
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert str(KINDS[slug].title) in text
    assert "Hollow Oak Pub Limited" in text
    html = rooms.get(*page(slug)).content.decode()
    for amount in re.findall(r'class="money"[^>]*>([^<]+)<', html):
        assert amount in text


@pytest.mark.parametrize("shape", ["csv", "xlsx", "pdf"])
def test_the_same_report_gives_the_same_bytes_and_every_download_is_recorded(rooms, shape):
    first, second = (b"".join(rooms.get(*file("balance-sheet", shape)).streaming_content) for _ in range(2))

    assert first == second
    found = AuditEvent.objects.filter(action="treasury.report_downloaded")
    assert found.count() == 2
    assert found.first().after["report"] == "balance-sheet"
    assert found.first().after["format"] == shape


def test_csv_for_people_and_for_programs(rooms):
    people = b"".join(rooms.get(*file("trial-balance", "csv")).streaming_content).decode()
    programs = b"".join(rooms.get(*file("trial-balance", "csv", **{"for": "machine"})).streaming_content).decode()

    assert people.startswith("\ufeffcurrency,row,Code,Account,Debit,Credit\r\n")
    assert programs.splitlines()[:2] == [
        "currency,row,code,account,debit,credit",
        "GBP,line,0030,Plant Equipment,6400.00,0.00",
    ]
    assert programs.splitlines()[-1] == "GBP,total,,Total,36762.34,36762.34"


def test_words_that_look_like_a_formula_are_none_in_any_file(pub, ask):
    post(pub, "bad", Line("1200", "4200", 1), narration='=HYPERLINK("x")', on=example.APRIL_30)

    report = whole_report(ask("general-ledger", account="4200"), most=100)

    assert '"\'=HYPERLINK(""x"")"' in "".join(csv_report(report, audience=Audience.HUMAN))
    assert ",HYPERLINK" in "".join(csv_report(report, audience=Audience.MACHINE)).replace('"', "")
    of_xlsx(xlsx_report(report), report)


def test_an_amount_too_long_for_a_spreadsheet_keeps_its_pennies(pub, ask):
    for number in range(3):
        post(pub, f"huge{number}", Line("1200", "4200", 999_999_999_999_999), on=example.APRIL_30)

    with zipfile.ZipFile(io.BytesIO(xlsx_report(ask("trial-balance")))) as book:
        text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))

    assert "29999999999999.97" in text


def test_a_report_that_is_too_long_is_refused(ask):
    with pytest.raises(ReportTooLong):
        whole_report(ask("general-ledger"), most=10)


@pytest.mark.parametrize("slug", ["income-and-expenditure", "aged-debtors"])
def test_the_pdf_meets_its_standard_and_its_picture_has_colours(rooms, slug, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(b"".join(rooms.get(*file(slug, "pdf")).streaming_content))

    done = subprocess.run(
        [Path(sys.executable).with_name("pdfua"), "check", path], capture_output=True, text=True, check=False
    )
    drawn = b"".join(one.get_data() for page in PdfReader(path).pages for one in forms_of(page))

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(rb"0\.18\d* 0\.38\d* 0\.26\d* (rg|scn)", drawn)


def forms_of(page):
    """What is drawn on a page, pictures inside it included."""
    resources = page.get("/Resources", {})
    inside = resources.get("/XObject", {})
    return [page.get_contents(), *(one.get_object() for one in inside.values())]
