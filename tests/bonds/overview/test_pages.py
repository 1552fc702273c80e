"""A contract at a glance on pages, over REST and as files: the same figures, and to each party its own."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from foundation.models import AuditEvent
from tests.bonds.claim_pages.test_api import Api

pytestmark = pytest.mark.django_db

ALL = [
    "short",
    "payers",
    "liability",
    "quarters",
    "results",
    "years",
    "counts",
    "cuts",
    "waiting",
    "accruals",
    "books",
    "details",
]
SEEN = {
    "holder": ALL,
    "northmoor": ALL,
    "southfell": ["short", "payers", "liability", "quarters", "cuts", "accruals", "details"],
    "topup": ["short", "payers", "liability", "quarters", "cuts", "accruals", "details"],
    "hearthside": ["short", "results", "years", "counts", "quarters", "cuts", "waiting", "payers"],
    "plumbline": ["counts"],
    "lender": ["counts"],
}


def tables(room, code: str, **query: str):
    answer = Api(room, code).get("contract-overview", **query)
    assert answer.status_code == 200, answer.content
    return {one["report"]: one for one in answer.json()["tables"]}


def cells(table, kind: str = "line"):
    return [row["cells"] for row in table["sections"][0]["rows"] if row["kind"] == kind]


@pytest.mark.parametrize(("code", "seen"), SEEN.items())
def test_each_party_is_given_its_own_tables(room, code, seen):
    page = room.get(code, "overview")

    assert page.status_code == 200
    assert [one.slug for one in page.context["tables"]] == seen
    assert list(tables(room, code)) == seen


def test_the_lead_commissioner_sees_every_payer(room):
    found = tables(room, "northmoor")

    assert cells(found["payers"], "total") == [
        {
            "payer": "All payers", "earned": "2000.00", "set_off": "250.00", "to_invoice": "250.00",
            "invoiced": "2000.00", "credited": "250.00", "paid": "1200.00", "open": "550.00",
        }
    ]  # fmt: skip
    assert [row["in_short"] for row in cells(found["short"])] == [
        "2000.00", "1200.00", "550.00", "500.00", "0.00", "2000.00"
    ]  # fmt: skip
    assert all(check["passed"] for one in found.values() for check in one["sections"][0]["checks"])


def test_another_payer_sees_its_own_part_alone(room):
    found = tables(room, "southfell")

    assert [row["payer"] for row in cells(found["payers"])] == ["Brightwater Southfell"]
    assert {row["payer"] for row in cells(found["details"])} == {"Brightwater Southfell"}
    assert [row["in_short"] for row in cells(found["short"])] == [
        "600.00", "200.00", "250.00", "150.00", "0.00", "600.00"
    ]  # fmt: skip
    assert cells(found["accruals"]) == [
        {
            "payer": "Brightwater Southfell", "to_invoice": "150.00", "waiting": "150.00", "likely": "100.00",
            "open": "250.00", "besides": "0.00", "owed": "0.00",
        }
    ]  # fmt: skip
    words = room.get("southfell", "overview").content.decode()
    assert "Northmoor" not in words
    assert "fund_450" not in words


def test_a_provider_sees_its_own_claims_alone(room):
    own, other = tables(room, "hearthside"), tables(room, "lanternhouse")

    assert cells(own["results"], "total") == [
        {
            "result": "All", "claimed": "3500.00", "waiting": "500.00", "refused": "500.00",
            "accepted": "2000.00", "capped": "0.00", "cut": "0.00", "earned": "2000.00",
        }
    ]  # fmt: skip
    assert cells(other["results"]) == []
    assert cells(other["short"])[0]["in_short"] == "0.00"


def test_the_verifier_sees_numbers_and_no_money(room):
    found = tables(room, "plumbline")

    assert cells(found["counts"]) == [
        {"result": "Moved in", "claimed": "7", "waiting": "1", "refused": "1", "accepted": "4"}
    ]
    assert "£" not in room.get("plumbline", "overview").content.decode()


def test_an_investor_sees_no_small_number(room):
    found = tables(room, "lender")

    assert cells(found["counts"]) == [
        {"result": "Moved in", "accepted": "fewer than 10"},
        {"result": "Stayed three months", "accepted": "fewer than 10"},
    ]
    assert room.get("lender", "lines").status_code == 403


def test_the_page_shows_what_the_api_says(room):
    page = room.get("northmoor", "overview").content.decode()

    for words in ("£1,200.00", "£550.00", "Everything that claims, invoices and receipts say stands in the books"):
        assert words in page
    assert page.count("report-chart") == 2
    assert "style=" not in page


def test_a_day_in_the_past_and_years_of_the_contract(room):
    page = room.get("northmoor", "overview", on="2025-07-14", years="contract")
    found = tables(room, "northmoor", on="2025-07-14", years="contract")

    assert cells(found["payers"], "total")[0]["to_invoice"] == "2000.00"
    assert cells(found["years"])[0]["year"] == "1 (2025)"
    assert "14 July 2025" in page.content.decode()


@pytest.mark.parametrize("on", ["2025-11-01", "tomorrow"])
def test_a_day_that_is_none_or_has_not_come_keeps_what_was_typed(room, on):
    page = room.get("northmoor", "overview", on=on)
    answer = Api(room, "northmoor").get("contract-overview", on=on)
    file = room.get("northmoor", "overview-xlsx", on=on)

    assert page.status_code == 200
    assert page.context["tables"] == []
    assert f'value="{on}"' in page.content.decode()
    assert "error-summary" in page.content.decode()
    assert answer.status_code == 400
    assert file.status_code == 400


def test_every_figure_leads_to_lines_that_come_to_it(room):
    found = tables(room, "northmoor")
    client = room.as_("northmoor")
    row = next(one for one in found["results"]["sections"][0]["rows"] if one["kind"] == "line")

    for key, lines in (("waiting", 1), ("refused", 1), ("accepted", 4), ("earned", 4), ("result", 7)):
        page = client.get(row["leads_to"][key]["address"])
        assert page.status_code == 200
        assert page.context["sums"].lines == lines, key
    (to_invoice,) = [
        one["leads_to"]["to_invoice"]["address"]
        for one in found["payers"]["sections"][0]["rows"]
        if one["cells"]["payer"] == "Brightwater Southfell"
    ]
    assert client.get(to_invoice).context["sums"].lines == 1


@pytest.mark.parametrize(("code", "payers"), [
    ("holder", ["northmoor", "southfell", "topup"]), ("northmoor", ["northmoor"]), ("topup", ["topup"]),
    ("hearthside", []),
])  # fmt: skip
def test_figures_lead_to_invoices_that_the_party_sees(room, code, payers):
    rows = tables(room, code)["payers"]["sections"][0]["rows"]

    addresses = [one["leads_to"]["paid"]["address"] for one in rows if "paid" in one["leads_to"]]

    assert [address.partition("payer=")[2] for address in addresses if "payer=" in address] == payers
    assert all(room.as_(code).get(address).status_code == 200 for address in addresses)


def test_lines_are_found_by_what_was_cut_and_by_days(room):
    found = {
        "all": {}, "cut": {"reason": "set_off"}, "capped": {"reason": "caps"}, "cap": {"cap": "none"},
        "taken back": {"which": "taken-back"}, "september": {"achieved_from": "2025-09-01"},
        "july": {"claimed_through": "2025-07-31"}, "unpriced": {"result": "stayed_3m"},
    }  # fmt: skip

    counted = {name: room.get("northmoor", "lines", **query).context["sums"].lines for name, query in found.items()}

    assert counted == {
        "all": 7, "cut": 1, "capped": 0, "cap": 0, "taken back": 1, "september": 2, "july": 5, "unpriced": 0,
    }  # fmt: skip


def test_a_provider_finds_its_own_lines_only(room):
    assert room.get("hearthside", "lines").context["sums"].lines == 7
    assert room.get("lanternhouse", "lines").context["sums"].lines == 0


def test_files_say_the_same_and_are_written_down(room):
    csv = b"".join(room.get("northmoor", "overview-table", "payers").streaming_content).decode("utf-8-sig")
    xlsx = b"".join(room.get("northmoor", "overview-xlsx").streaming_content)
    pdf = b"".join(room.get("northmoor", "overview-pdf").streaming_content)

    assert "GBP,total,All payers,2000.00,250.00,250.00,2000.00,250.00,1200.00,550.00" in csv
    book = zipfile.ZipFile(io.BytesIO(xlsx)).read("xl/workbook.xml").decode()
    assert re.findall(r'<sheet name="(\w+)"', book) == ALL
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "£1,200.00" in re.sub(r"\s+", " ", text)
    taken = AuditEvent.objects.filter(action="bonds.overview_downloaded").order_by("pk")
    assert [one.after["format"] for one in taken] == ["csv", "xlsx", "pdf"]


def test_a_table_that_a_party_is_not_given_does_not_exist(room):
    assert room.get("southfell", "overview-table", "books").status_code == 404
    assert room.get("southfell", "overview-table", "nothing").status_code == 404


def test_the_number_of_queries_is_pinned(room):
    room.get("northmoor", "overview")
    with CaptureQueriesContext(connection) as asked:
        room.get("northmoor", "overview")

    assert len(asked) <= 52


def test_strangers_find_nothing(room, stranger):
    assert stranger.get(room.at("northmoor", "overview")).status_code == 404
    assert stranger.get(room.at("northmoor", "lines")).status_code == 404
