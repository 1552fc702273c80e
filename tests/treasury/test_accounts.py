"""The chart on the page and over REST: adding, closing, and what is reserved."""

from datetime import date

import pytest
from django.urls import reverse

from foundation.access import system_actor
from foundation.models import AuditEvent
from ledger import operations as ledger_operations
from ledger.models import Account, AccountClosure
from ledger.operations import Line
from ledger.states import AccountType
from people.operations import issue_key
from tests.ledger.support import AT, contents, post
from treasury import operations

pytestmark = pytest.mark.django_db
ACTOR = system_actor("test")
NEW = {"code": "7150", "name": "Roof-Repairs", "type": "X"}


def address(house, name="chart"):
    return reverse(f"treasury:{name}", args=[house.pub.slug, house.book.slug])


def test_the_treasurer_adds_an_account(house, visit):
    client = visit("treasurer")

    answer = client.post(address(house, "add-account"), NEW)

    assert answer.status_code == 303
    account = Account.objects.get(code="7150")
    assert (account.name, account.type, account.currency, account.is_control) == ("Roof-Repairs", "X", "GBP", False)
    assert AuditEvent.objects.get(action="treasury.account_added").subject == "hollow-oak/7150"
    assert "7150 Roof-Repairs" in client.get(address(house)).text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "71"}, "four to eight digits"),
        ({"code": "1200"}, "has an account 1200 already"),
        ({"name": "roof repairs"}, "Use letters, digits and hyphens"),
        ({"type": "Z"}, "Select a valid choice"),
        ({"currency": "€"}, "three capital letters"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(house, visit, change, words):
    before = contents()

    answer = visit("treasurer").post(address(house, "add-account"), NEW | change)

    assert answer.status_code == 200
    assert words in answer.text
    assert "Roof-Repairs" in answer.text or "name" in change
    assert contents() == before


def test_an_empty_account_is_closed_and_a_used_one_is_not(house, visit):
    client = visit("treasurer")

    assert client.post(address(house, "retire-account"), {"code": "1260", "on": "2026-01-31"}).status_code == 303
    used = client.post(address(house, "retire-account"), {"code": "1250", "on": "2026-01-31"})
    missing = client.post(address(house, "retire-account"), {"code": "9999", "on": "2026-01-31"})
    ahead = client.post(address(house, "retire-account"), {"code": "1210", "on": "2999-01-31"})

    assert "still holds something" in used.text
    assert "no account 9999" in missing.text
    assert "a day that has come" in ahead.text
    assert [one.account.code for one in AccountClosure.objects.all()] == ["1260"]
    assert "closed" in client.get(address(house)).text


def test_directors_look_and_do_not_change(house, visit):
    client = visit("director")

    assert "Add an account" not in client.get(address(house)).text
    assert client.post(address(house, "add-account"), NEW).status_code == 403


def test_what_is_reserved_is_shown(house, visit):
    line = Line("2150", "2155", 2_500, debit_owner="app_2", credit_owner="app_2")
    ledger_operations.hold(book=house.book, key="h", kind="refund_asked", line=line, actor="a", held_at=AT)

    text = visit("secretary").get(address(house)).text

    assert "Refund asked" in text
    assert "£25.00" in text


def test_over_rest(house, client):
    def call(method, name, *parts, body=None, scopes=("books:read", "books:write")):
        key = issue_key(user=house.people.treasurer, name="k", scopes=scopes, actor="t", at=AT, organisation=house.pub)
        headers = {"Authorization": f"Api-Key {key.secret}"}
        path = reverse(f"api:{name}", args=["hollow-oak", *parts])
        return getattr(client, method)(path, body, content_type="application/json", headers=headers)

    line = Line("2150", "2155", 2_500, debit_owner="app_2", credit_owner="app_2")
    ledger_operations.hold(book=house.book, key="h", kind="refund_asked", line=line, actor="a", held_at=AT)

    assert call("post", "accounts", body=NEW, scopes=("books:read",)).status_code == 403
    added = call("post", "accounts", body=NEW | {"currency": "EUR", "has_owners": True})
    assert (added.status_code, added.json()["currency"], added.json()["has_owners"]) == (201, "EUR", True)
    again = call("post", "accounts", body=NEW)
    assert (again.status_code, again.json()["code"]) == (422, "treasury.account_exists")
    assert call("post", "account-closing", "7150", body={"on": "2026-01-31"}).json()["is_closed"] is True
    assert call("post", "account-closing", "1250", body={"on": "2026-01-31"}).json()["code"] == "ledger.account_in_use"
    assert call("post", "account-closing", "4444", body={"on": "2026-01-31"}).status_code == 404
    rows = {one["code"]: one["balance"] for one in call("get", "accounts").json()}
    assert (rows["1250"], rows["0010"]) == ("738.35", "0.00")
    assert [(one["kind"], one["amount"]) for one in call("get", "holds").json()] == [("refund_asked", "25.00")]


def test_an_account_in_another_currency_takes_that_currency(house):
    euro = operations.add_account(
        book=house.book,
        code="1220",
        name="Bank-Euro",
        type=AccountType.ASSET,
        currency="EUR",
        has_owners=False,
        actor=ACTOR,
        at=AT,
    )

    with pytest.raises(ledger_operations.CurrencyMismatch):
        post(house.book, "k", Line("1220", "1200", 5), on=date(2026, 2, 1))
    assert euro.currency == "EUR"
