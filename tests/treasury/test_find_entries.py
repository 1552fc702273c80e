"""Looking for entries, on the page and over REST."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger import operations as ledger_operations
from ledger.operations import Line
from ledger.states import AccountType
from tests.ledger.support import post
from tests.treasury.test_api import address, caller  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ({}, ["float", "allot", "paid:app_2", "paid:app_1"]),
        ({"kind": "allotment"}, ["allot"]),
        ({"account": "7420"}, ["paid:app_2", "paid:app_1"]),
        ({"owner": "app_1"}, ["allot", "paid:app_1"]),
        ({"account": "2150", "owner": "mem_1"}, []),
        ({"account": "3000", "owner": "mem_1"}, ["allot"]),
        ({"text": "a GIFT"}, ["float"]),
        ({"text": "paid:"}, ["paid:app_2", "paid:app_1"]),
        ({"amount": "7.70"}, ["paid:app_1"]),
        ({"amount": "7.70", "account": "2150"}, []),
        ({"from_on": "2026-01-06"}, []),
        ({"until_on": "2026-01-05"}, []),
    ],
)
def test_over_rest_everything_given_has_to_fit(caller, asked, keys):  # noqa: F811
    answer = caller("treasurer", address("entries"), data=asked)

    assert answer.status_code == 200
    assert [one["key"] for one in answer.json()["results"]] == keys


@pytest.mark.parametrize(
    "asked", [{"amount": "7"}, {"amount": "-1.00"}, {"account": "x"}, {"from_on": "05/01/2026"}, {"text": "x" * 101}]
)
def test_what_cannot_be_read_is_refused(caller, asked):  # noqa: F811
    answer = caller("treasurer", address("entries"), data=asked)

    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (400, list(asked))


def test_pages_by_cursor_neither_repeat_nor_skip(house, caller):  # noqa: F811
    first = caller("treasurer", address("entries"), data={"limit": 3, "account": "1250"}).json()
    assert (len(first["results"]), first["next"]) == (2, None)
    first = caller("treasurer", address("entries"), data={"limit": 3}).json()
    post(house.book, "meanwhile", Line("1200", "4000", 1))
    second = caller("treasurer", first["next"]).json()

    keys = [one["key"] for one in first["results"] + second["results"]]
    assert keys == ["float", "allot", "paid:app_2", "paid:app_1"]


def page(house, visit, **asked):
    return visit("director").get(reverse("treasury:find-entries", args=["hollow-oak", "hollow-oak"]), asked).text


def test_the_page_finds_and_links(house, visit):
    found = page(house, visit, text="gift", through_on="2026-01-05")

    assert "One entry" in found
    assert "£100.00" in found
    assert "Application paid" in found  # among the kinds
    assert "No entry fits" in page(house, visit, amount="0.01")
    assert "The last day lies before the first" in page(house, visit, from_on="2026-01-06", through_on="2026-01-05")


def test_the_page_asks_as_many_questions_for_many_entries(house, visit):
    client = visit("treasurer")
    path = reverse("treasury:find-entries", args=["hollow-oak", "hollow-oak"])
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for number in range(20):
        post(house.book, f"more:{number}", Line("1200", "4000", 5))
    with CaptureQueriesContext(connection) as many:
        client.get(path)

    assert len(many) == len(few)


def test_amounts_stand_in_their_accounts_currency(house, visit):
    for code, name, kind, currency in (
        ("1220", "Bank-Euro", AccountType.ASSET, "EUR"),
        ("3901", "Trading-Euro", AccountType.EQUITY, "EUR"),
    ):
        ledger_operations.open_account(book=house.book, code=code, name=name, type=kind, currency=currency)
    entry = post(house.book, "euro", Line("1220", "3901", 12_345, currency="EUR")).entry
    client, book = visit("treasurer"), ["hollow-oak", "hollow-oak"]

    for path in (
        reverse("treasury:book", args=book),
        reverse("treasury:account", args=[*book, "1220"]),
        reverse("treasury:entry", args=[*book, entry.public_id]),
        reverse("treasury:find-entries", args=book) + "?account=1220",
    ):
        text = client.get(path).text
        assert "€123.45" in text
        assert "£123.45" not in text
    facts = client.get(reverse("api:trial-balance", args=["hollow-oak"])).json()
    assert (facts["debit"], facts["balanced"]) == ("850.00", True)
