"""Saying when financial years end: the act, its refusals, the page, REST, and the reports that go by it."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from config.demo_people import TREASURER
from config.seed.books import say_year_end
from foundation.access import system_actor
from foundation.models import AuditEvent
from ledger import operations as ledger_operations
from ledger.operations import Line
from people.operations import issue_key
from tests.ledger.support import AT, contents, post
from tests.people.support import sign_in
from tests.treasury.conftest import an_officer
from treasury import operations
from treasury.arithmetic.years import FIRST_DAY, Rule, YearEnd
from treasury.models import FinancialYearEnd
from treasury.operations.journals.errors import WhyMissing
from treasury.queries.years import find_years, get_year_page

pytestmark = pytest.mark.django_db
ACTOR, TODAY = system_actor("test"), date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _on_that_day(time_machine):
    """The day that the pages take for today."""
    time_machine.move_to("2026-11-22T09:00:00Z", tick=False)


def say(house, month=3, day=31, from_on=FIRST_DAY, reason="Rule 90"):
    return operations.set_year_end(
        organisation=house.pub, month=month, day=day, from_on=from_on, reason=reason, actor=ACTOR, at=AT
    )


def refused(house, error, **said):
    """Say what is refused, and see that nothing came of it."""
    before = (contents(), FinancialYearEnd.objects.count(), AuditEvent.objects.count())
    with pytest.raises(error) as found:
        say(house, **said)
    assert (contents(), FinancialYearEnd.objects.count(), AuditEvent.objects.count()) == before
    return found.value


def test_without_a_word_the_calendar_year_is_assumed(house):
    page = get_year_page(organisation=house.pub, today=TODAY)

    assert (page.is_set, page.words, page.end) == (False, "31 December", YearEnd(12, 31))
    assert [(one.first_on.year, one.months, one.state) for one in page.years] == [
        (2025, 12, "over"), (2026, 12, "running"), (2027, 12, "to come"), (2028, 12, "to come"),
    ]  # fmt: skip


def test_a_year_end_is_said_and_written_down(house):
    say(house)
    say(house, month=9, day=30, from_on=date(2027, 4, 1), reason="FCA notice of 1 May")

    assert find_years(house.pub.public_id).rules[1:] == (
        Rule(FIRST_DAY, YearEnd(3, 31)),
        Rule(date(2027, 4, 1), YearEnd(9, 30)),
    )
    assert find_years(house.shop.public_id).rules[-1].end == YearEnd(12, 31)
    first, second = AuditEvent.objects.filter(action="treasury.year_end_set").order_by("id")
    assert (first.before, first.after) == ({}, {"month": 3, "day": 31, "from_on": "1900-01-01"})
    assert (second.before, second.after["month"], second.reason) == ({"month": 3, "day": 31}, 9, "FCA notice of 1 May")
    page = get_year_page(organisation=house.pub, today=TODAY)
    assert [(one.last_on, one.months) for one in page.years] == [
        (date(2026, 3, 31), 12), (date(2027, 3, 31), 12), (date(2027, 9, 30), 6), (date(2028, 9, 30), 12),
    ]  # fmt: skip
    assert [(one.words, one.from_on) for one in page.history] == [
        ("30 September", date(2027, 4, 1)),
        ("31 March", None),
    ]


def test_the_last_day_of_february_in_every_year(house):
    assert say(house, month=2, day=28).day == 29
    assert get_year_page(organisation=house.pub, today=TODAY).words == "the last day of February"
    assert find_years(house.pub.public_id).is_end(date(2027, 2, 28))
    assert find_years(house.pub.public_id).is_end(date(2028, 2, 29))


@pytest.mark.parametrize(("month", "day"), [(2, 30), (4, 31), (13, 1), (0, 1), (1, 0)])
def test_a_day_that_there_is_not(house, month, day):
    assert refused(house, operations.YearEndUnusable, month=month, day=day).code == "treasury.year_end_unusable"


@pytest.mark.parametrize("from_on", [date(1899, 12, 31), date(3000, 1, 1)])
def test_from_a_day_that_no_calendar_of_accounts_knows(house, from_on):
    refused(house, operations.YearEndUnusable, from_on=from_on)


def test_a_reason_is_needed(house):
    refused(house, WhyMissing, reason="  ")


def test_the_same_again_is_refused_and_the_same_from_earlier_is_not(house):
    say(house, from_on=date(2026, 1, 1))

    refused(house, operations.YearEndUnchanged, from_on=date(2026, 5, 1))
    refused(house, operations.YearEndUnchanged, from_on=date(2026, 1, 1))
    say(house, from_on=date(2020, 1, 1))
    assert find_years(house.pub.public_id).is_end(date(2025, 3, 31))


def test_the_year_that_was_assumed_can_be_confirmed(house):
    say(house, month=12, day=31)

    assert get_year_page(organisation=house.pub, today=TODAY).is_set


def test_a_year_of_more_than_eighteen_months_is_refused(house):
    say(house, month=12, day=31)

    error = refused(house, operations.YearTooLong, month=7, day=31, from_on=date(2026, 8, 1))

    assert error.facts == {"first_on": date(2026, 1, 1), "last_on": date(2027, 7, 31)}
    say(house, month=6, day=30, from_on=date(2026, 7, 1))
    assert find_years(house.pub.public_id).year_of(TODAY) == (date(2026, 1, 1), date(2027, 6, 30))


def test_a_year_that_was_carried_keeps_its_end(house):
    post(house.book, "old", Line("1200", "4000", 700), on=date(2025, 6, 1))
    operations.carry_year(book=house.book, year_end=date(2025, 12, 31), today=TODAY, actor=ACTOR, at=AT)

    error = refused(house, operations.YearIsDone, from_on=date(2025, 12, 31))

    assert error.facts == {"carried_on": date(2025, 12, 31)}
    say(house, from_on=date(2026, 1, 1))
    assert find_years(house.pub.public_id).year_of(date(2026, 2, 1)) == (date(2026, 1, 1), date(2026, 3, 31))


def test_a_closed_day_stands_in_the_way_of_a_change_and_not_of_the_first_word(house):
    ledger_operations.close_period(book=house.book, through=date(2026, 5, 31), actor="t", at=AT)

    say(house)
    error = refused(house, operations.YearIsDone, month=9, day=30, from_on=date(2026, 5, 31))

    assert error.facts == {"locked_through": date(2026, 5, 31)}
    say(house, month=9, day=30, from_on=date(2026, 6, 1))


def test_what_was_said_is_a_fact(house):
    row = say(house)

    with pytest.raises(DatabaseError), transaction.atomic():
        FinancialYearEnd.objects.filter(pk=row.pk).update(day=30)
    with pytest.raises(DatabaseError), transaction.atomic():
        FinancialYearEnd.objects.filter(pk=row.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        FinancialYearEnd.objects.create(
            organisation=house.pub, month=6, day=31, from_on=FIRST_DAY, set_by="t", set_at=AT, reason="x"
        )


def test_the_demos_shop_ends_its_years_in_march(house):
    users = {TREASURER.email: an_officer(house.pub, "treasurer", TREASURER.email)}

    say_year_end(organisation=house.pub, users=users, at=AT)

    assert get_year_page(organisation=house.pub, today=TODAY).words == "31 March"


# On the page


def page_of(house):
    return reverse("treasury:financial-year", args=[house.pub.slug])


def test_the_treasurer_says_it_on_the_page_and_others_read_it(house, visit):
    treasurer = visit("treasurer")
    empty = treasurer.get(page_of(house)).text
    assert "Financial years end on 31 December." in empty
    assert "Nobody has set this" in empty

    sent = {"day": "31", "month": "3", "from_on": "", "reason": "Rule 90"}
    assert treasurer.post(page_of(house), sent).status_code == 302
    assert visit("director").post(page_of(house), sent).status_code == 403

    read = visit("director").get(page_of(house)).text
    assert "Financial years end on 31 March." in read
    assert "Nobody has set this" not in read
    assert "Rule 90" in read
    assert "Set the year end" not in read
    assert visit("stranger").get(page_of(house)).status_code == 404


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"day": "31", "month": "4"}, "There is no such day in a year."),
        ({"day": "32", "month": "3"}, "less than or equal to 31"),
        ({"day": "31", "month": "3", "from_on": "1 April"}, "Enter a valid date"),
        ({"day": "31", "month": "7", "from_on": "2026-08-01"}, "would have more than 18 months"),
        ({"day": "31", "month": "3", "reason": ""}, "This field is required"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(house, visit, sent, words):
    sent = {"reason": "Rule 90"} | sent

    answer = visit("treasurer").post(page_of(house), sent)

    assert answer.status_code == 200
    assert words in answer.text
    assert f'value="{sent["day"]}"' in answer.text
    assert not FinancialYearEnd.objects.exists()


def test_who_did_not_give_the_password_lately_is_asked(house):
    sent = {"day": "31", "month": "3", "reason": "Rule 90"}

    answer = sign_in(house.people.treasurer, recently=False).post(page_of(house), sent)

    assert "reauthenticate" in answer["Location"]
    assert not FinancialYearEnd.objects.exists()


# Over REST


def test_over_rest(house, client):
    def call(method, body=None, user="treasurer", scopes=("books:read", "books:write")):
        key = issue_key(
            user=getattr(house.people, user), name="k", scopes=scopes, actor="t", at=AT, organisation=house.pub
        )
        headers = {"Authorization": f"Api-Key {key.secret}"}
        address = reverse("api:financial-year", args=["hollow-oak"])
        return getattr(client, method)(address, body, content_type="application/json", headers=headers)

    assert call("get").json() == {
        "month": 12,
        "day": 31,
        "is_set": False,
        "years": [
            {"first_on": f"{year}-01-01", "last_on": f"{year}-12-31", "months": 12} for year in (2025, 2026, 2027, 2028)
        ],
        "history": [],
    }
    body = {"month": 3, "day": 31, "from_on": "2026-01-01", "reason": "Notice of 5 January"}
    assert call("post", body, scopes=("books:read",)).status_code == 403
    assert call("post", body, user="director").status_code == 403
    assert call("post", body | {"month": 13}).status_code == 400
    facts = call("post", body).json()
    assert (facts["month"], facts["day"], facts["is_set"]) == (3, 31, True)
    assert facts["years"][0] == {"first_on": "2026-01-01", "last_on": "2026-03-31", "months": 3}
    assert [(one["from_on"], one["reason"]) for one in facts["history"]] == [("2026-01-01", "Notice of 5 January")]
    again = call("post", body)
    assert (again.status_code, again.json()["code"]) == (409, "treasury.year_end_unchanged")


# In reports


def report(house, client, slug, **question):
    return client.get(reverse("treasury:report", args=["hollow-oak", "hollow-oak", slug]), question)


def test_a_report_begins_with_the_financial_year(house, visit):
    say(house)
    client = visit("treasurer")

    asked = report(house, client, "income-and-expenditure", compare="on").context["report"].asked
    assert (asked.from_on, asked.through_on) == (date(2026, 4, 1), TODAY)
    assert asked.before == (date(2025, 4, 1), date(2025, 11, 22))
    asked = report(house, client, "funds", through_on="2026-02-10").context["report"].asked
    assert (asked.from_on, asked.through_on) == (date(2025, 4, 1), date(2026, 2, 10))
    asked = report(house, client, "balance-sheet").context["report"].asked
    assert (asked.from_on, asked.through_on) == (date(2026, 4, 1), TODAY)
    facts = client.get(reverse("api:report", args=["hollow-oak", "cash-movement"])).json()
    assert (facts["from_on"], facts["through_on"]) == ("2026-04-01", "2026-11-22")


def test_a_short_year_stands_beside_the_whole_year_before(house, visit):
    post(house.book, "before", Line("1200", "4000", 700), on=date(2025, 12, 31))
    say(house, from_on=date(2026, 1, 1))

    shown = report(
        house, visit("treasurer"), "income-and-expenditure",
        from_on="2026-01-01", through_on="2026-03-31", compare="on",
    )  # fmt: skip

    assert "Compared with: 1 January 2025 to 31 December 2025" in shown.context["report"].subtitle
    rows = {
        row.cells[0].value: [cell.value for cell in row.cells[2:]] for row in shown.context["report"].sections[0].rows
    }
    assert (rows["4000"], rows["4200"]) == ([0, 700], [10_000, 0])
    sheet = report(house, visit("treasurer"), "balance-sheet", on="2026-03-31", compare="on").context["report"]
    assert "Compared with: At the end of 31 December 2025" in sheet.subtitle


def test_days_that_are_asked_for_often(house, visit):
    say(house)
    client = visit("treasurer")

    shown = report(house, client, "income-and-expenditure", compare="on", fund="-")
    assert [(one.words, one.query, one.is_current) for one in shown.context["presets"]] == [
        ("This month", "compare=on&fund=-&from_on=2026-11-01&through_on=2026-11-22", False),
        ("This quarter", "compare=on&fund=-&from_on=2026-10-01&through_on=2026-11-22", False),
        ("This financial year", "compare=on&fund=-&from_on=2026-04-01&through_on=2026-11-22", True),
        ("Last financial year", "compare=on&fund=-&from_on=2025-04-01&through_on=2026-03-31", False),
    ]
    shown = report(house, client, "balance-sheet", on="2026-03-31", wrong="x")
    assert [(one.words, one.query, one.is_current) for one in shown.context["presets"]] == [
        ("Today", "on=2026-11-22", False),
        ("End of last month", "on=2026-10-31", False),
        ("End of last quarter", "on=2026-09-30", False),
        ("End of last financial year", "on=2026-03-31", True),
    ]
    for one in shown.context["presets"]:
        assert f'href="?{one.query}"' in shown.text
