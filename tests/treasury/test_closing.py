"""Closing the books on the page and over REST: softly, for good, and the year."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from core.errors import DomainError
from foundation.access import system_actor
from foundation.models import AuditEvent, MailMessage
from ledger import operations as ledger_operations
from ledger.models import Anchor, Entry, Period
from ledger.operations import Line
from people.operations import issue_key
from tests.ledger.support import AT, contents, nets, post
from tests.people.support import sign_in
from treasury import operations
from treasury.arithmetic.years import FIRST_DAY
from treasury.queries.years import find_year_to_carry

pytestmark = pytest.mark.django_db
JAN_31, TODAY = date(2026, 1, 31), date(2026, 2, 3)
ACTOR = system_actor("test")
CLOSED = "treasury/mail/books_closed"


def address(house, name="closing"):
    return reverse(f"treasury:{name}", args=[house.pub.slug, house.book.slug])


def close(house, through=JAN_31):
    return operations.close_books(
        book=house.book, organisation=house.pub, through=through, today=TODAY, actor=ACTOR, at=AT
    )


@pytest.fixture(autouse=True)
def _no_application_is_open(house):
    """The second application is turned into shares, for the house has no such application that a control could find."""
    lines = [Line("2150", "3000", 25_000, debit_owner="app_2", credit_owner="mem_2")]
    post(house.book, "allot:2", *lines, kind="allotment")


@pytest.fixture(autouse=True)
def _years_end_in_january(house):
    """The financial year of the house ends with the month that the tests close."""
    operations.set_year_end(
        organisation=house.pub, month=1, day=31, from_on=FIRST_DAY, reason="Rule 90", actor=ACTOR, at=AT
    )


def test_closing_for_good_seals_tells_and_is_written_down(house):
    period = close(house)

    house.book.refresh_from_db()
    assert (house.book.locked_through, period.head_seq) == (JAN_31, 5)
    mails = {mail.to: mail for mail in MailMessage.objects.filter(template=CLOSED)}
    assert set(mails) == {"tess@example.org", "dora@example.org", "una@example.org"}
    assert f"hollow-oak 5 {period.head_hash}" in mails["tess@example.org"].text
    assert Anchor.objects.get().place == "mail:officers"
    event = AuditEvent.objects.get(action="treasury.books_closed")
    assert (event.subject, event.after) == ("hollow-oak", {"through": "2026-01-31", "head": 5})


def test_a_red_control_keeps_the_books_open(house):
    post(house.book, "suspense", Line("9998", "1200", 5))
    before = contents()

    with pytest.raises(operations.ControlsRed) as refused:
        close(house)

    assert refused.value.facts["controls"] == ["9998 Suspense is zero"]
    assert contents() == before
    assert not MailMessage.objects.filter(template=CLOSED).exists()
    assert not AuditEvent.objects.filter(action="treasury.books_closed").exists()


@pytest.mark.parametrize("through", [TODAY, TODAY + timedelta(days=1)])
def test_only_days_that_are_over(house, through):
    before = contents()

    with pytest.raises(operations.NotOverYet):
        close(house, through)
    with pytest.raises(operations.NotOverYet):
        operations.close_books_softly(book=house.book, through=through, today=TODAY, actor=ACTOR, at=AT)
    with pytest.raises(operations.NotOverYet):
        operations.carry_year(book=house.book, year_end=through, today=TODAY, actor=ACTOR, at=AT)

    assert contents() == before


def test_a_year_is_carried_and_a_late_entry_after_it(house):
    operations.carry_year(book=house.book, year_end=JAN_31, today=TODAY, actor=ACTOR, at=AT)
    assert nets(house.book)["3200"] == 10_000 - 770 - 395
    post(house.book, "late", Line("1200", "4000", 7))

    second = operations.carry_year(book=house.book, year_end=JAN_31, today=TODAY, actor=ACTOR, at=AT)

    assert nets(house.book)["3200"] == 10_000 - 770 - 395 + 7
    assert (second.kind, second.effective_on, second.authority) == ("year_end", JAN_31, "finance")
    with pytest.raises(DomainError, match="no income"):
        operations.carry_year(book=house.book, year_end=JAN_31, today=TODAY, actor=ACTOR, at=AT)


def test_only_the_end_of_a_financial_year_is_carried(house):
    before = contents()

    with pytest.raises(operations.NotAYearEnd) as refused:
        operations.carry_year(book=house.book, year_end=date(2025, 12, 31), today=TODAY, actor=ACTOR, at=AT)

    assert refused.value.facts == {"before": date(2025, 1, 31), "after": JAN_31}
    assert contents() == before


def test_the_page_proposes_the_year_that_is_over(house, visit, time_machine):
    time_machine.move_to(TODAY)

    page = visit("treasurer").get(address(house))
    assert "The financial year from 1 February 2025 to 31 January 2026 is over." in page.text
    assert "Its result has not been carried yet." in page.text
    assert 'name="year_end" value="2026-01-31"' in page.text
    assert 'name="through" value="2026-01-31"' in page.text

    operations.carry_year(book=house.book, year_end=JAN_31, today=TODAY, actor=ACTOR, at=AT)
    page = visit("treasurer").get(address(house))
    assert "Its result was carried; carry it again after a late entry." in page.text
    assert page.context["year_form"].initial["year_end"] is None


def test_the_oldest_year_that_was_not_carried_comes_first(house):
    operations.carry_year(book=house.book, year_end=JAN_31, today=TODAY, actor=ACTOR, at=AT)

    found = find_year_to_carry(book=house.book, today=date(2028, 6, 1))

    assert (found.year, found.is_carried, found.is_locked) == ((date(2026, 2, 1), date(2027, 1, 31)), False, False)


def test_a_year_that_was_closed_without_carrying_is_not_proposed(house):
    close(house)

    found = find_year_to_carry(book=house.book, today=TODAY)

    assert (found.year.last_on, found.is_locked, found.proposed_on) == (JAN_31, True, None)


def test_the_treasurer_closes_on_the_page(house, visit):
    recent = visit("treasurer")
    page = recent.get(address(house)).text
    assert "Close for good" in page

    softly = recent.post(address(house, "close-softly"), {"through": "2026-01-31"})
    year = recent.post(address(house, "carry-year"), {"year_end": "2026-01-31"})
    good = recent.post(address(house, "close-for-good"), {"through": "2026-01-31", "is_meant": "on"})

    assert [one.status_code for one in (softly, year, good)] == [303, 303, 303]
    house.book.refresh_from_db()
    assert (house.book.soft_through, house.book.locked_through) == (JAN_31, JAN_31)
    assert Entry.objects.filter(kind="year_end").count() == 1
    assert Period.objects.get().head_hash in recent.get(address(house)).text


@pytest.mark.parametrize(
    ("name", "sent", "words"),
    [
        ("close-for-good", {"through": "2026-01-31"}, "Tick the box"),
        ("close-for-good", {"through": "31/01/2026", "is_meant": "on"}, "Enter a valid date"),
        ("close-for-good", {"through": "2999-01-01", "is_meant": "on"}, "Choose a day that is over"),
        ("close-softly", {"through": "1066-10-14"}, "between 1900 and 2999"),
        ("carry-year", {}, "This field is required"),
        ("carry-year", {"year_end": "2026-01-30"}, "No financial year ends on 30 January 2026"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(house, visit, name, sent, words):
    before = contents()

    answer = visit("treasurer").post(address(house, name), sent)

    assert answer.status_code == 200
    assert words in answer.text
    assert all(value == "on" or value in answer.text for value in sent.values())
    assert contents() == before


def test_who_did_not_give_the_password_lately_is_asked(house):
    client = sign_in(house.people.treasurer, recently=False)
    answer = client.post(address(house, "close-for-good"), {"through": "2026-01-31", "is_meant": "on"})

    assert (answer.status_code, Period.objects.count()) == (302, 0)
    assert "reauthenticate" in answer["Location"]


def test_directors_look_and_do_not_close(house, visit):
    assert "Close for good" not in visit("director").get(address(house)).text
    assert visit("director").post(address(house, "close-softly"), {}).status_code == 403


def test_over_rest(house, client):
    def call(method, name, body=None, scopes=("books:read", "books:write")):
        key = issue_key(user=house.people.treasurer, name="k", scopes=scopes, actor="t", at=AT, organisation=house.pub)
        path = reverse(f"api:{name}", args=["hollow-oak"])
        headers = {"Authorization": f"Api-Key {key.secret}"}
        return getattr(client, method)(path, body, content_type="application/json", headers=headers)

    assert call("post", "closings", {"through": "2026-01-31"}, scopes=("books:read",)).status_code == 403
    assert call("post", "closings", {"through": None, "for_good": True}).status_code == 400
    assert call("post", "closings", {"through": "2026-01-31"}).json()["soft_through"] == "2026-01-31"
    no_end = call("post", "year-ends", {"year_end": "2025-12-31"})
    assert (no_end.status_code, no_end.json()["code"]) == (422, "treasury.not_a_year_end")
    assert call("post", "year-ends", {"year_end": "2026-01-31"}).json()["kind"] == "year_end"
    assert (
        call("post", "closings", {"through": "2026-01-31", "for_good": True}).json()["locked_through"] == "2026-01-31"
    )
    late = call("post", "year-ends", {"year_end": "2026-01-31"})
    assert (late.status_code, late.json()["code"]) == (409, "ledger.nothing_to_close")
    facts = call("get", "closings").json()
    assert [one["end_on"] for one in facts["periods"]] == ["2026-01-31"]
    assert (facts["head"]["seq"], facts["waiting"]) == (6, 0)
    assert [one["place"] for one in facts["anchors"]] == ["mail:officers"]


def test_a_memo_book_has_no_controls_of_the_main_book(house):
    post(house.book, "suspense", Line("9998", "1200", 5))
    memo = ledger_operations.open_book(
        slug="memo", organisation=house.pub.public_id, name="Memo", kind="memo", template="memo", at=AT
    )

    operations.close_books(book=memo, organisation=house.pub, through=JAN_31, today=TODAY, actor=ACTOR, at=AT)

    memo.refresh_from_db()
    assert memo.locked_through == JAN_31
