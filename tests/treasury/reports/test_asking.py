"""Asking for a report: what is left out, what cannot be read, who may, how much it costs."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from core.reports import Asked, RowKind
from foundation import clock
from foundation.models import AuditEvent
from foundation.owners import OwnerLabel
from ledger import operations
from ledger.operations import Line
from ledger.queries import general
from tests.ledger.support import AT, JAN_5, post
from tests.treasury.reports import example
from tests.treasury.reports.reading import amounts
from treasury.forms import ReportForm
from treasury.operations import DOWNLOADS_AN_HOUR
from treasury.queries.reports import KINDS, Window, build_report, load

SLUGS = list(KINDS)


def page(slug, suffix=""):
    return reverse(f"treasury:report{suffix}", args=["hollow-oak", "hollow-oak", slug])


def api(slug, suffix=""):
    return reverse(f"api:report{suffix}", args=["hollow-oak", slug])


@pytest.mark.parametrize("name", ["treasurer", "director", "secretary"])
def test_officers_read_every_report_and_only_the_treasurer_takes_it_away(house, visit, name):
    client = visit(name)

    assert client.get(reverse("treasury:reports", args=["hollow-oak", "hollow-oak"])).status_code == 200
    for slug in SLUGS:
        shown = client.get(page(slug))
        assert shown.status_code == 200
        assert (b"PDF to print or send" in shown.content) is (name == "treasurer")
    for suffix in ("-csv", "-xlsx", "-pdf"):
        assert client.get(page("balance-sheet", suffix)).status_code == (200 if name == "treasurer" else 403)
        assert client.get(api("balance-sheet", suffix)).status_code == (200 if name == "treasurer" else 403)
    recorded = AuditEvent.objects.filter(action="treasury.report_downloaded").count()
    assert recorded == (6 if name == "treasurer" else 0)


@pytest.mark.parametrize("name", ["stranger", "resident"])
def test_to_everybody_else_there_are_no_reports(house, visit, name):
    client = visit(name)

    for suffix in ("", "-csv", "-xlsx", "-pdf"):
        assert client.get(page("balance-sheet", suffix)).status_code == 404
        assert client.get(api("balance-sheet", suffix)).status_code == 404
    assert client.get(reverse("api:reports", args=["hollow-oak"])).status_code == 404


def test_the_book_of_another_group_is_not_found_under_ours(house, visit):
    operations.open_book(slug="ash-shop", organisation=house.shop.public_id, name="Shop", at=AT)
    client = visit("treasurer")

    for suffix in ("", "-csv", "-xlsx", "-pdf"):
        address = reverse(f"treasury:report{suffix}", args=["hollow-oak", "ash-shop", "funds"])
        assert client.get(address).status_code == 404
    assert client.get(page("no-such-report")).status_code == 404
    assert client.get(page("no-such-report", "-csv")).status_code == 404
    assert client.get(api("no-such-report")).json()["code"] == "treasury.report_missing"


def test_without_a_question_it_is_this_year_until_today(house, visit):
    report = visit("treasurer").get(page("cash-movement")).context["report"]

    today = clock.today()
    assert (report.asked.from_on, report.asked.through_on) == (date(today.year, 1, 1), today)


def test_an_end_in_another_year_begins_with_that_year(house, visit):
    report = visit("treasurer").get(page("funds"), {"through_on": "2024-06-30"}).context["report"]

    assert report.asked.from_on == date(2024, 1, 1)


BAD = [
    ("balance-sheet", {"on": "yesterday"}, "on"),
    ("balance-sheet", {"on": "2026-02-30"}, "on"),
    ("balance-sheet", {"on": "0001-01-01"}, "on"),
    ("balance-sheet", {"on": ""}, "on"),
    ("balance-sheet", {"fund": "no such fund"}, "fund"),
    ("balance-sheet", {"fund": "\x00"}, "fund"),
    ("balance-sheet", {"known_at": "noon"}, "known_at"),
    ("balance-sheet", {"known_at": "0001-01-01T00:00"}, "known_at"),
    ("income-and-expenditure", {"from_on": "2026-02-01", "through_on": "2026-01-31"}, "through_on"),
    ("income-and-expenditure", {"through_on": "9999-12-31"}, "through_on"),
    ("general-ledger", {"account": "12"}, "account"),
    ("general-ledger", {"after": "1200"}, "after"),
    ("general-ledger", {"after": "1200.2026-02-30.1.0"}, "after"),
    ("aged-debtors", {"account": "1200"}, "account"),
]


@pytest.mark.parametrize(("slug", "question", "field"), BAD)
def test_what_cannot_be_read_is_said_and_kept(house, visit, slug, question, field):
    client = visit("treasurer")

    shown = client.get(page(slug), question)
    answer = client.get(api(slug), question)
    refused = client.get(page(slug, "-csv"), question)

    assert shown.status_code == 200
    assert shown.context["report"] is None
    assert field in shown.context["form"].errors
    assert "error-summary" in shown.content.decode()
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
    assert refused.status_code == 400
    assert not AuditEvent.objects.filter(action="treasury.report_downloaded").exists()


def test_what_was_typed_is_kept(house, visit):
    shown = visit("treasurer").get(page("income-and-expenditure"), {"from_on": "first of May", "compare": "on"})

    html = shown.content.decode()
    assert 'value="first of May"' in html
    assert "checked" in html


def test_downloads_are_limited_together_with_the_journal(house, visit):
    client = visit("treasurer")
    for _ in range(DOWNLOADS_AN_HOUR - 1):
        assert client.get(reverse("treasury:journal-txt", args=["hollow-oak", "hollow-oak"])).status_code == 200
    assert client.get(page("trial-balance", "-csv")).status_code == 200

    refused = client.get(page("trial-balance", "-csv"))

    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert client.get(api("trial-balance", "-csv")).status_code == 429


def test_the_api_lists_the_reports_and_gives_each(house, visit):
    client = visit("treasurer")

    listed = client.get(reverse("api:reports", args=["hollow-oak"])).json()
    assert [one["report"] for one in listed] == SLUGS
    facts = client.get(api("trial-balance"), {"on": "2026-01-05"}).json()
    assert facts["passed"] is True
    assert facts["sections"][0]["rows"][0] == {
        "kind": "line",
        "currency": None,
        "cells": {"code": "1200", "account": "Bank Current", "debit": "100.00", "credit": "0.00"},
        "leads_to": {
            key: {"account": "1200", "from_on": "2026-01-01", "through_on": "2026-01-05"}
            for key in ("account", "debit", "credit")
        },
    }


def test_the_general_ledger_in_pages_is_the_whole(pub, ask):
    whole = [row for row in ask("general-ledger").sections[0].rows if row.cells[1].value]
    for limit in (1, 3, 7, 1_000):
        found, after = [], None
        while True:
            report = build_report(
                book=pub,
                slug="general-ledger",
                asked=Asked(example.JANUARY_1, example.APRIL_30),
                window=Window(after, limit),
            )
            found += [row for row in report.sections[0].rows if row.cells[1].value]
            if not report.next:
                break
            form = ReportForm(
                {"after": report.next}, kind=KINDS["general-ledger"], funds=(), accounts=(), today=example.APRIL_30
            )
            assert form.is_valid()
            after = form.cleaned_data["after"]
        assert found == whole


def test_the_general_ledger_is_the_same_however_it_is_fetched(ask, monkeypatch):
    whole = list(ask("general-ledger").sections[0].rows)

    for size in (1, 2, 5):
        monkeypatch.setattr(general, "_CHUNK", size)
        assert list(ask("general-ledger").sections[0].rows) == whole


def test_what_is_posted_while_the_ledger_is_written_is_on_neither_side(pub, ask):
    rows = iter(ask("general-ledger").sections[0].rows)
    found = [next(rows)]
    post(pub, "meanwhile", Line("1200", "4000", 99_999), on=example.APRIL_30)

    found += rows

    totals = [row for row in found if row.kind is RowKind.SUBTOTAL]
    assert sum(row.cells[6].value - row.cells[7].value for row in totals) == 0
    assert not any(99_999 in {cell.value for cell in row.cells} for row in found)


@pytest.mark.parametrize("slug", SLUGS)
def test_as_it_was_known_before_a_late_entry(pub, slug):
    """What was recorded later changes no figure as known before, even when it carries a year's end."""
    asked = Asked(date(2026, 1, 1), date(2026, 12, 31), known_at=example.RECORDED, compare=True)
    before = build_report(book=pub, slug=slug, asked=asked)
    rows = [list(section.rows) for section in before.sections]
    late = example.RECORDED + timedelta(days=1)
    operations.post(
        book=pub,
        key="late",
        kind="late",
        effective_on=date(2026, 4, 2),
        lines=[
            Line("1100", "4000", 5, debit_owner="cust_1"),
            Line("5000", "2100", 7, credit_owner="sup_1"),
            Line("1200", "4900", 11, fund="roof"),
        ],
        actor="user:usr_t",
        recorded_at=late,
    )
    operations.close_year(book=pub, year_end=date(2026, 12, 31), key="end:2026", actor="user:usr_t", recorded_at=late)

    after = build_report(book=pub, slug=slug, asked=asked)

    assert [list(section.rows) for section in after.sections] == rows
    assert after.passed


@pytest.mark.parametrize("slug", SLUGS)
def test_a_closed_period_changes_no_report(pub, ask, slug):
    before = [list(section.rows) for section in ask(slug).sections]

    operations.close_period(book=pub, through=date(2025, 12, 31), actor="user:usr_t", at=AT)
    operations.close_period(book=pub, through=date(2026, 3, 10), actor="user:usr_t", at=AT)

    report = ask(slug)
    assert [list(section.rows) for section in report.sections] == before
    assert report.passed


QUERIES = {
    "trial-balance": 4,
    "income-and-expenditure": 9,
    "balance-sheet": 4,
    "cash-movement": 12,
    "aged-debtors": 3,
    "aged-creditors": 3,
    "funds": 16,
    "general-ledger": 4,
}


@pytest.mark.parametrize("slug", SLUGS)
def test_the_number_of_queries_does_not_grow(pub, slug, django_assert_num_queries):
    for number in range(30):
        post(pub, f"n{number}", Line("1200", "4000", 1, fund=f"fund {number}"), on=JAN_5 + timedelta(days=number))
        post(pub, f"d{number}", Line("1100", "4000", 1, debit_owner=f"cust_{number}"), on=JAN_5)

    with django_assert_num_queries(QUERIES[slug]):
        asked = Asked(example.JANUARY_1, example.APRIL_30, compare=True)
        report = build_report(book=pub, slug=slug, asked=asked, window=Window(limit=200))
        for section in report.sections:
            assert list(section.rows)


def test_a_memo_book_has_reports_too(db):
    memo = operations.open_book(slug="memo", organisation="org_pub", name="Memo", template="memo", kind="memo", at=AT)
    post(memo, "c", Line("9100", "9101", 500, debit_owner="inv_1", credit_owner="inv_1"))

    for slug in SLUGS:
        report = build_report(book=memo, slug=slug, asked=Asked(example.JANUARY_1, example.APRIL_30, compare=True))
        assert report.passed
    sheet = build_report(book=memo, slug="balance-sheet", asked=Asked(example.JANUARY_1, example.APRIL_30))
    assert amounts(sheet)["Net assets"] == (500,)


def test_people_read_names_and_programs_get_references(house, visit, monkeypatch):
    post(house.book, "bill", Line("5000", "2100", 70, credit_owner="per_1"))
    monkeypatch.setattr(load, "find_owner_labels", lambda refs: {ref: OwnerLabel(ref, "Amy Ash") for ref in refs})
    client, question = visit("treasurer"), {"on": "2026-01-05", "account": "2100"}

    assert b"Amy Ash" in client.get(page("aged-creditors"), question).content
    assert b"Amy Ash" in b"".join(client.get(page("aged-creditors", "-csv"), question).streaming_content)
    for answer in (
        client.get(page("aged-creditors", "-csv"), question | {"for": "machine"}),
        client.get(api("aged-creditors", "-csv"), question),
    ):
        text = b"".join(answer.streaming_content)
        assert b"Amy Ash" not in text
        assert b"per_1" in text
    facts = client.get(api("aged-creditors"), question).json()
    assert facts["sections"][0]["rows"][1]["cells"]["name"] == "per_1"
    assert [one.after["audience"] for one in AuditEvent.objects.order_by("id") if "report" in one.action] == [
        "human",
        "machine",
        "machine",
    ]
