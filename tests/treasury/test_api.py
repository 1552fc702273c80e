"""The books over REST: scopes, organisations, figures, files."""

import csv
import io

import pytest
from django.urls import reverse

from foundation.models import AuditEvent
from ledger import operations
from ledger.operations import Line
from people.operations import issue_key
from tests.ledger.support import AT, post
from treasury.operations import DOWNLOADS_AN_HOUR

NAMES = ("trial-balance", "entries", "journal-csv", "journal-txt")


def address(name, book="hollow-oak"):
    return reverse(f"api:{name}", args=[book])


@pytest.fixture
def caller(house, client):
    """Calls with a key of somebody."""

    def call(name, path, *, scopes=("books:read",), organisation=None, **more):
        user = getattr(house.people, name)
        key = issue_key(
            user=user, name="k", scopes=scopes, actor="system:test", at=AT, organisation=organisation or house.pub
        )
        return client.get(path, headers={"Authorization": f"Api-Key {key.secret}"}, **more)

    return call


def test_books_of_the_actors_organisations_only(house, caller, visit):
    operations.open_book(slug="ash-shop", organisation=house.shop.public_id, name="Shop", at=AT)

    for answer in (caller("treasurer", reverse("api:books")), visit("secretary").get(reverse("api:books"))):
        assert answer.status_code == 200
        assert answer.json()["results"] == [
            {
                "slug": "hollow-oak",
                "name": "Main book",
                "organisation": house.pub.public_id,
                "kind": "main",
                "currency": "GBP",
                "locked_through": None,
                "soft_through": None,
            }
        ]
    assert visit("resident").get(reverse("api:books")).json()["results"] == []


def test_trial_balance(caller):
    facts = caller("treasurer", address("trial-balance")).json()

    assert (facts["debit"], facts["credit"], facts["balanced"], facts["on"]) == ("850.00", "850.00", True, None)
    assert {one["code"]: one["balance"] for one in facts["accounts"]} == {
        "1200": "100.00",
        "1250": "738.35",
        "2150": "250.00",
        "3000": "500.00",
        "4200": "100.00",
        "7420": "11.65",
    }


def test_trial_balance_as_of_a_day(caller):
    path = address("trial-balance")

    assert caller("treasurer", path, data={"on": "2026-01-04"}).json()["accounts"] == []
    wrong = caller("treasurer", path, data={"on": "yesterday"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "request.invalid")
    assert wrong.json()["errors"][0]["field"] == "on"


def test_entries_come_in_pages(house, caller):
    for number in range(5):
        post(house.book, f"n{number}", Line("1200", "4000", 100 + number), narration=f"Sale {number}")

    first = caller("treasurer", address("entries"), data={"limit": 3}).json()
    second = caller("treasurer", first["next"]).json()

    assert [one["key"] for one in first["results"] + second["results"]] == [*("n4", "n3", "n2", "n1", "n0", "float")]
    newest = first["results"][0]
    assert (newest["narration"], newest["effective_on"], newest["reverses"]) == ("Sale 4", "2026-01-05", None)
    assert newest["transfers"] == [
        {
            "line": 1,
            "debit": "1200",
            "debit_owner": "",
            "credit": "4000",
            "credit_owner": "",
            "amount": "1.04",
            "currency": "GBP",
            "fund": "",
        }
    ]


def test_entries_name_both_ends_of_a_reversal(house, caller):
    wrong = post(house.book, "wrong", Line("1200", "4000", 1)).entry
    undone = operations.reverse(
        entry=wrong, key="undo", effective_on=wrong.effective_on, actor="user:u", reason="r", recorded_at=AT
    ).entry

    newest, older = caller("treasurer", address("entries")).json()["results"][:2]

    assert (newest["reverses"], newest["reversed_by"]) == (wrong.public_id, None)
    assert (older["reverses"], older["reversed_by"]) == (None, undone.public_id)


def test_entries_need_few_queries_whatever_the_number(house, caller, django_assert_max_num_queries):
    for number in range(40):
        post(house.book, f"n{number}", Line("1200", "4000", 1), narration="x")

    with django_assert_max_num_queries(24):
        assert len(caller("treasurer", address("entries")).json()["results"]) == 44


def test_journals_are_files_for_programs(caller):
    rows = caller("treasurer", address("journal-csv"))
    text = caller("treasurer", address("journal-txt"))

    assert rows["Content-Type"] == "text/csv; charset=utf-8"
    found = list(csv.DictReader(io.StringIO(b"".join(rows.streaming_content).decode(), newline="")))
    assert len(found) == 12
    assert found[-1]["narration"] == "HYPERLINK(x) a gift"
    assert text["Content-Type"] == "text/plain; charset=utf-8"
    assert b'2026-01-05 * "donation" "HYPERLINK(x) a gift"' in b"".join(text.streaming_content)
    assert AuditEvent.objects.filter(action="treasury.journal_downloaded").count() == 2


@pytest.mark.parametrize("accept", ["text/csv", "*/*", "application/json"])
def test_a_journal_can_be_asked_for_by_type(caller, accept):
    answer = caller("treasurer", address("journal-csv"), HTTP_ACCEPT=accept)

    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"date,entry,")


@pytest.mark.parametrize("accept", ["text/csv", "*/*"])
def test_a_refused_file_is_a_problem_in_json(caller, accept):
    answer = caller("director", address("journal-csv"), HTTP_ACCEPT=accept)

    assert answer.status_code == 403
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer.json()["code"] == "people.role_required"


def test_a_journal_of_a_stretch(caller):
    path = address("journal-csv")

    empty = caller("treasurer", path, data={"from_on": "2026-01-06"})
    assert b"".join(empty.streaming_content).count(b"\r\n") == 1
    assert caller("treasurer", path, data={"until_on": "soon"}).status_code == 400


def test_a_key_needs_the_scope(caller):
    for name in NAMES:
        answer = caller("treasurer", address(name), scopes=("offers:read",))
        assert (answer.status_code, answer.json()["code"]) == (403, "api.scope_missing")


def test_another_organisations_books_do_not_exist(house, caller, visit):
    for name in NAMES:
        assert caller("stranger", address(name), organisation=house.shop).status_code == 404
        assert visit("resident").get(address(name)).status_code == 404
        assert caller("treasurer", address(name, "nowhere")).status_code == 404


def test_without_signing_in_there_is_nothing(house, client):
    for path in [reverse("api:books"), *(address(name) for name in NAMES)]:
        assert client.get(path).status_code == 401


def test_files_are_limited_and_say_when_to_come_back(house, visit):
    client = visit("treasurer")
    for _ in range(DOWNLOADS_AN_HOUR):
        assert client.get(address("journal-txt")).status_code == 200

    refused = client.get(address("journal-txt"))

    assert (refused.status_code, refused.json()["code"]) == (429, "limits.too_many_attempts")
    assert int(refused["Retry-After"]) > 0


def test_nothing_can_be_written(house, visit):
    client = visit("treasurer")
    for path in [reverse("api:books"), *(address(name) for name in NAMES)]:
        for method in (client.post, client.put, client.patch, client.delete):
            assert method(path, {}, content_type="application/json").status_code in {403, 405}
