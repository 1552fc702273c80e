"""Recorded money on pages: a form that loses nothing, one record, and what each officer may do with it."""

import re
from dataclasses import replace

import pytest
from django.urls import reverse

from ledger import operations as ledger
from ledger.models import Entry
from payments.models import RecordedMoney
from tests.ledger.support import AT, JAN_5, contents
from tests.payments.recorded.support import GIFT, approve, pay, receive, refuse, state_of
from tests.payments.recorded.support import reverse as ask_to_reverse
from tests.people.support import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_that_day(time_machine):
    """The day on which everything is dated."""
    time_machine.move_to(AT, tick=False)


def address(desk, name: str, *more: str) -> str:
    return reverse(f"payments:{name}", args=[desk.pub.slug, *more])


def form_of(client, desk, name: str = "record_receipt", **changed: str) -> dict[str, str]:
    """What a browser sends: the key of the form, and what was typed."""
    page = client.get(address(desk, name, desk.book.slug)).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    return {
        "key": key[1], "moved_on": "2026-01-05", "amount": "1,250.00", "party_name": "Ashby Quarry Limited",
        "reference": "ASHBY GIFT", "account": "1200", "against": "4200", "party_owner": "", "note": "A gift",
    } | changed  # fmt: skip


def test_a_receipt_from_the_form_to_the_books(desk, visit):
    treasurer, director = visit("treasurer"), visit("director")

    made = treasurer.post(address(desk, "record_receipt", desk.book.slug), form_of(treasurer, desk), follow=True)
    record = RecordedMoney.objects.get()
    own = treasurer.get(address(desk, "recorded", record.public_id)).content.decode()
    seen = director.get(address(desk, "recorded", record.public_id)).content.decode()
    done = director.post(address(desk, "recorded_approve", record.public_id), follow=True).content.decode()

    assert "nothing is posted yet" in made.content.decode()
    assert "You wrote this down, so somebody else decides it" in own
    assert "Approve and post it" not in own
    assert "Approve and post it" in seen
    assert "Withdraw it" not in seen
    assert "Approved. It is in the books." in done
    entry = Entry.objects.get(source=record.public_id)
    link = reverse("treasury:entry", args=[desk.pub.slug, desk.book.slug, entry.public_id])
    assert f'href="{link}"' in done
    entry_page = director.get(link).content.decode()
    assert f'<a href="{address(desk, "recorded", record.public_id)}">Recorded receipt</a>' in entry_page


def test_a_payment_to_an_owner(desk, visit):
    client = visit("treasurer")
    typed = form_of(client, desk, "record_payment", against="2100", party_owner="sup_mill", note="Rent")

    client.post(address(desk, "record_payment", desk.book.slug), typed)

    record = RecordedMoney.objects.get()
    assert (record.direction, record.amount_pence) == ("out", 125_000)
    page = client.get(address(desk, "recorded", record.public_id)).content.decode()
    assert "Day it was paid" in page
    assert "sup_mill" in page


def test_a_double_click_records_once(desk, visit):
    client = visit("treasurer")
    typed = form_of(client, desk)

    answers = [client.post(address(desk, "record_receipt", desk.book.slug), typed) for _ in range(2)]
    other = client.post(address(desk, "record_receipt", desk.book.slug), typed | {"amount": "1"})

    assert answers[0]["Location"] == answers[1]["Location"]
    assert "Something else was recorded with this form" in other.content.decode()
    assert 'value="1"' in other.content.decode()
    assert RecordedMoney.objects.count() == 1


def test_what_cannot_be_read_is_said_where_it_is_and_stays(desk, visit):
    client, before = visit("treasurer"), contents()
    typed = form_of(client, desk, amount="a thousand", moved_on="2026-02-30", party_name="", against="")

    page = client.post(address(desk, "record_receipt", desk.book.slug), typed)

    assert set(page.context["form"].errors) == {"amount", "moved_on", "party_name", "against"}
    html = page.content.decode()
    assert 'value="a thousand"' in html
    assert 'value="ASHBY GIFT"' in html
    assert '<option value="1200" selected>' in html
    assert "<title>Error: Record a receipt" in html
    assert "Say who paid or was paid." in html
    assert f'action="{address(desk, "record_receipt", desk.book.slug)}"' in html
    assert (RecordedMoney.objects.count(), contents()) == (0, before)


def test_what_the_books_refuse_is_said_where_it_is_and_stays(desk, visit):
    client = visit("treasurer")
    typed = form_of(client, desk, moved_on="2026-01-06", against="1100", party_name="x\x00y")

    page = client.post(address(desk, "record_receipt", desk.book.slug), typed | {"party_name": "Ashby"})

    assert set(page.context["form"].errors) == {"moved_on", "party_owner"}
    assert "This day has not come yet" in page.content.decode()
    assert 'value="Ashby"' in page.content.decode()
    assert not RecordedMoney.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"key": "short"}, "key"),
        ({"party_name": "x\x00y"}, "party_name"),
        ({"account": "4200"}, "account"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "9" * 23}, "amount"),
        ({"moved_on": "0001-01-01"}, "moved_on"),
        ({"note": ""}, "note"),
    ],
)
def test_odd_input_is_refused(desk, visit, changed, field):
    client = visit("treasurer")

    page = client.post(address(desk, "record_receipt", desk.book.slug), form_of(client, desk, **changed))

    assert field in page.context["form"].errors
    assert not RecordedMoney.objects.exists()


def test_the_form_asks_in_the_words_of_each_way(desk, visit):
    client = visit("treasurer")

    receipt = client.get(address(desk, "record_receipt", desk.book.slug)).content.decode()
    payment = client.get(address(desk, "record_payment", desk.book.slug)).content.decode()

    assert "From whom" in receipt
    assert "To whom" in payment
    assert "Nothing is sent to a bank from here." in payment
    assert '<optgroup label="Income">' in receipt
    assert re.search(r'name="moved_on" value="2026-01-05"', receipt)


def test_a_book_without_a_bank_account_offers_nothing(desk, visit):
    client = visit("treasurer")
    for slug, owner, kind in (("hollow-oak-memo", desk.pub, "memo"), ("ash-shop", desk.shop, "main")):
        template = "memo" if kind == "memo" else "society"
        ledger.open_book(
            slug=slug, organisation=owner.public_id, name="Another book", template=template, kind=kind, at=AT
        )

    for slug in ("hollow-oak-memo", "ash-shop", "nowhere"):
        assert client.get(address(desk, "record_receipt", slug)).status_code == 404
    assert b"Another book" not in client.get(address(desk, "recorded_list")).content


def test_with_two_books_each_has_its_own_buttons(desk, visit):
    ledger.open_book(
        slug="hollow-oak-roof", organisation=desk.pub.public_id, name="Roof", template="vehicle", kind="roof", at=AT
    )

    page = visit("treasurer").get(address(desk, "recorded_list")).content.decode()

    assert "Record a receipt in Roof" in page
    assert page.index("Record a receipt in Main book") < page.index("Record a receipt in Roof")


def test_the_list_shows_each_way_and_what_waits(desk, visit):
    waiting, posted = receive(desk), approve(desk, pay(desk))
    refuse(desk, receive(desk, replace(GIFT, note="Not ours at all")))

    page = visit("director").get(address(desk, "recorded_list")).content.decode()
    only = visit("secretary").get(address(desk, "recorded_list"), {"state": "requested"}).content.decode()

    assert "One record waits for a second person." in page
    assert "Record a receipt" not in page
    for record in (waiting, posted):
        assert address(desk, "recorded", record.public_id) in page
    assert "£125.00" in page
    assert "£80.00" in page
    assert "Not ours at all" not in only
    assert address(desk, "recorded", waiting.public_id) in only
    assert visit("treasurer").get(address(desk, "recorded_list"), {"state": "odd", "page": "x"}).status_code == 200


def test_refusing_says_why_and_an_empty_reason_is_asked_again(desk, visit):
    record, director = receive(desk), visit("director")

    empty = director.post(address(desk, "recorded_refuse", record.public_id), {"reason": " "}).content.decode()
    assert state_of(record) == "requested"
    done = director.post(
        address(desk, "recorded_refuse", record.public_id), {"reason": "Not on the statement"}, follow=True
    )

    assert '<details class="after" open>' in empty
    assert "Not on the statement" in done.content.decode()
    assert state_of(record) == "refused"


def test_who_comes_second_is_told_and_sees_how_it_stands(desk, visit):
    record = receive(desk)
    refuse(desk, record, who="second")

    page = visit("director").post(address(desk, "recorded_approve", record.public_id)).content.decode()

    assert "This was decided already: it is refused." in page
    assert "Approve and post it" not in page
    assert state_of(record) == "refused"


def test_withdrawing_and_reversing(desk, visit):
    treasurer, director = visit("treasurer"), visit("director")
    record = receive(desk)
    treasurer.post(address(desk, "recorded_withdraw", record.public_id))
    wrong = approve(desk, receive(desk))

    early = treasurer.post(
        address(desk, "recorded_reverse", wrong.public_id), {"moved_on": "2026-01-04", "reason": "Typed twice"}
    ).content.decode()
    asked = treasurer.post(
        address(desk, "recorded_reverse", wrong.public_id), {"moved_on": "2026-01-05", "reason": "Typed twice"}
    )
    reversal = wrong.reversals.get()
    shown = director.get(address(desk, "recorded", reversal.public_id)).content.decode()
    director.post(address(desk, "recorded_approve", reversal.public_id))

    assert state_of(record) == "withdrawn"
    assert "A reversal cannot count before its record." in early
    assert 'value="Typed twice"' in early
    assert asked["Location"] == address(desk, "recorded", reversal.public_id)
    assert "Reversal of a recorded receipt" in shown
    assert state_of(reversal) == "approved"
    assert "Reverse it" not in treasurer.get(address(desk, "recorded", wrong.public_id)).content.decode()


def test_the_second_person_is_shown_what_may_be_the_same_money(desk, visit):
    first = approve(desk, receive(desk))
    second = receive(desk)

    page = visit("director").get(address(desk, "recorded", second.public_id)).content.decode()

    assert "The same money may have been written down twice." in page
    assert page.count(address(desk, "recorded", first.public_id)) == 1


@pytest.mark.parametrize("name", ["recorded_approve", "recorded_reverse"])
def test_sensitive_acts_ask_again_who_it_is(desk, name):
    record = receive(desk) if name == "recorded_approve" else approve(desk, receive(desk))
    who = desk.people.director if name == "recorded_approve" else desk.people.treasurer
    client = sign_in(who, recently=False)
    session = client.session
    for one in session["account_authentication_methods"]:
        one["at"] -= 3_600
    session.save()

    answer = client.post(address(desk, name, record.public_id), {"moved_on": "2026-01-05", "reason": "x"})

    assert "reauthenticate" in answer["Location"]
    assert (state_of(record), record.reversals.count()) == (record.state, 0)


def test_another_groups_record_does_not_exist(desk, visit):
    record = receive(desk)
    elsewhere = reverse("payments:recorded", args=[desk.shop.slug, record.public_id])

    assert visit("stranger").get(elsewhere).status_code == 404
    assert visit("stranger").get(address(desk, "recorded", record.public_id)).status_code == 404
    assert visit("treasurer").get(address(desk, "recorded", "rec_none")).status_code == 404


def test_words_that_look_like_markup_are_shown_as_words(desk, visit):
    record = receive(desk, replace(GIFT, party_name="<script>alert(1)</script>", note='"><b>'))

    pages = [
        visit("director").get(address(desk, "recorded", record.public_id)).content.decode(),
        visit("director").get(address(desk, "recorded_list")).content.decode(),
    ]

    assert all("<script>alert" not in page and '"><b>' not in page for page in pages)


def test_the_list_says_which_way_each_went(desk, visit):
    ask_to_reverse(desk, approve(desk, receive(desk)), on=JAN_5)

    page = visit("treasurer").get(address(desk, "recorded_list")).content.decode()

    assert re.findall(r'<span class="small soft">(in|out)</span>', page) == ["out", "in"]


def test_queries_do_not_grow_with_the_list(desk, visit, django_assert_max_num_queries):
    client = visit("treasurer")
    for _ in range(3):
        approve(desk, receive(desk))
    client.get(address(desk, "recorded_list"))

    with django_assert_max_num_queries(20) as few:
        client.get(address(desk, "recorded_list"))
    for _ in range(5):
        approve(desk, receive(desk))
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(address(desk, "recorded_list"))
