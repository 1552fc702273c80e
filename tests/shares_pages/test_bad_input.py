"""Bad input and bad luck at the pages and the API: a clear message, nothing lost, the ledger unchanged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payments.models import Payment
from payments.operations import ProviderUnavailable
from shares import operations
from shares.models import Application, Consent
from shares.operations import paying
from tests.factories import shares as make
from tests.people.support import sign_in
from tests.shares_pages.conftest import DETAILS, ticks, where
from tests.shares_pages.test_api import Program
from tests.shares_pages.test_applying import text_of

pytestmark = pytest.mark.django_db

AMOUNTS = [
    ("", "Enter an amount in pounds"),
    ("   ", "Enter an amount in pounds"),
    ("lots", "Enter an amount in pounds"),
    ("-50", "Enter an amount in pounds"),
    ("1e3", "Enter an amount in pounds"),
    ("NaN", "Enter an amount in pounds"),
    ("٣٠٠", "Enter an amount in pounds"),
    ("10.005", "Enter an amount in pounds"),
    ("9" * 19, "Enter an amount in pounds"),
    ("9" * 400, "Ensure this value has at most 20 characters"),
    ("\u202e100", "Enter an amount in pounds"),
    ("100\x00", "Null characters are not allowed"),
    ("💷100", "Enter an amount in pounds"),
    ("0", "One share costs £10, so enter £10 or more."),
    ("5", "One share costs £10, so enter £10 or more."),
    ("105", "One share costs £10: enter £100 or £110, for instance."),
    ("100.50", "One share costs £10: enter £100 or £110, for instance."),
    ("40", "The smallest amount you can buy is £50.00."),
    ("5010", "In this offer nobody may hold more than £5,000.00. You may still buy up to £5,000.00."),
    ("9,999,999,990", "In this offer nobody may hold more than £5,000.00."),
]


@pytest.mark.parametrize(("typed", "words"), AMOUNTS)
def test_an_amount_that_cannot_be_is_explained_and_kept(web, started, offer, typed, words):
    response = web.post(where(started, "amount"), {"amount": typed})

    assert response.status_code == 422
    assert words in text_of(response)
    if typed.isascii() and typed.strip() and "\x00" not in typed and len(typed) < 30:
        assert f'value="{typed}"' in response.content.decode()
    assert make.reread(started).number_of_shares == 0
    assert make.balances(offer) == {}


@pytest.mark.parametrize(("typed", "shares"), [("£250", 25), ("1,250.00", 125), (" 50 ", 5), ("5000", 500)])
def test_amounts_as_people_write_them(web, started, typed, shares):
    response = web.post(where(started, "amount"), {"amount": typed})

    assert response.status_code == 303
    assert make.reread(started).number_of_shares == shares


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        (0, 400, "request.invalid"),
        (-5, 400, "request.invalid"),
        ("many", 400, "request.invalid"),
        (2.5, 400, "request.invalid"),
        (10**30, 400, "request.invalid"),
        (None, 400, "request.invalid"),
        (True, 400, "request.invalid"),
        (4, 422, "shares.below_smallest_holding"),
        (501, 422, "shares.holding_limit_exceeded"),
        (10**9, 422, "shares.holding_limit_exceeded"),
    ],
)
def test_a_number_that_cannot_be_over_rest(resident, offer, number, status, code):
    program = Program(resident, "applications:write")

    answer = program.send("post", "applications/", {"offer": offer.slug, "number_of_shares": number})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Application.objects.exists()
    assert make.balances(offer) == {}


@pytest.mark.parametrize("slug", ["unheard-of", "", "../x", "a" * 500])
def test_an_offer_that_is_not_there_over_rest(resident, db, slug):
    program = Program(resident, "applications:write")

    answer = program.send("post", "applications/", {"offer": slug, "number_of_shares": 5})

    assert answer.status_code in {400, 404}
    assert not Application.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "{", '"x"', "null", '{"offer": {}}'])
def test_a_body_that_is_no_application(resident, db, body):
    program = Program(resident, "applications:write")

    answer = program.send("post", "applications/", body)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_over_the_legal_limit_counting_what_is_pending(web, resident):
    terms = make.Terms(maximum=make.pounds(400_000), optimum=make.pounds(300_000), largest=make.pounds(100_000))
    offer = make.open_offer(terms=terms)
    make.paid(offer, 9_000, user=resident)
    application = make.started(offer, user=resident)

    response = web.post(where(application, "amount"), {"amount": "10010"})

    assert response.status_code == 422
    assert "By law nobody may hold more than £100,000.00 in one society." in text_of(response)
    assert "You may still buy up to £10,000.00." in text_of(response)


def test_the_offer_closed_a_second_ago(web, application, clock, checkouts):
    clock.move_to(make.CLOSES_AT)
    web = sign_in(application.user)

    response = web.post(where(application, "pay"), follow=True)

    assert "This offer has closed." in text_of(response)
    assert checkouts == []
    assert not Payment.objects.exists()
    assert make.reread(application).state == "started"


def test_the_last_second_still_counts(web, application, clock, checkouts):
    clock.move_to(make.CLOSES_AT - timedelta(seconds=1))
    web = sign_in(application.user)

    assert web.post(where(application, "pay"))["Location"].startswith("https://checkout.example/")


@pytest.mark.parametrize("state", ["paused", "closed", "draft"])
def test_an_offer_that_is_not_open_takes_no_applications(web, offer, state):
    if state == "paused":
        operations.pause_offer(offer=offer, reason="flood", actor=make.SECRETARY, at=make.NOW)
    if state == "closed":
        operations.close_offer(offer=offer, reason="sold", actor=make.SECRETARY, at=make.NOW)
    shown = make.draft_offer() if state == "draft" else offer

    response = web.post(f"/offers/{shown.slug}/apply/")

    assert response.status_code == (404 if state == "draft" else 409) or "takes no applications now" in text_of(
        response
    )
    assert not Application.objects.exists()


def test_sold_out_while_filling_in(web, application, offer, checkouts):
    for _ in range(2):
        make.paid(offer, 500)

    response = web.post(where(application, "pay"), follow=True)

    assert "All the shares of this offer are taken." in text_of(response)
    assert checkouts == []
    assert make.reread(application).number_of_shares == 10
    assert make.balance(offer, "2150") == 1_000_000


def test_consents_missing_in_a_handmade_post(web, started, checkouts):
    web.post(where(started, "amount"), {"amount": "100"})
    web.post(where(started, "details"), DETAILS)

    jump = web.post(where(started, "pay"))
    forged = web.post(where(started, "consents"), {"wording_999999": "on", "wording_x": "on", "accept": "all"})

    assert jump["Location"] == where(started, "consents")
    assert forged.status_code in {303, 422}
    assert not Consent.objects.filter(is_given=True).exists()
    assert checkouts == []
    assert not Payment.objects.exists()


def test_consents_withdrawn_in_another_tab_stop_the_payment(web, application, checkouts):
    web.get(where(application, "review"))
    web.post(where(application, "consents"), {})

    response = web.post(where(application, "pay"))

    assert response["Location"] == where(application, "consents")
    assert checkouts == []


def test_a_provider_that_does_not_answer_keeps_the_shares_and_says_so(web, application, monkeypatch):
    def silent(**_):
        raise ProviderUnavailable("The payment provider does not answer. Please try again in a minute.")

    monkeypatch.setattr(paying, "start_checkout", silent)
    monkeypatch.setattr("payments.operations.refresh_payment", silent)

    response = web.post(where(application, "pay"), follow=True)

    assert response.status_code == 200
    assert "does not answer" in text_of(response)
    assert "Your shares are kept for you until" in text_of(response)
    assert make.reread(application).state == "awaiting_payment"
    assert make.balances(application.offer) == {}


@pytest.mark.parametrize("public_id", ["app_unknown", "x", "..", "%00", "app_" + "9" * 300])
@pytest.mark.parametrize("page", ["", "amount/", "pay/", "paid/"])
def test_an_application_that_is_not_there(web, db, public_id, page):
    assert web.get(f"/applications/{public_id}/{page}").status_code == 404


@pytest.mark.parametrize(
    "changed",
    [
        {"full_name": "x" * 5_000},
        {"full_name": "\x00"},
        {"full_name": "\u202eevil"},
        {"full_name": "🙂"},
        {"postcode": "A" * 50},
        {"country": "United Kingdom"},
        {"email_for_notices": "a@b"},
        {"email_for_notices": "", "email_purposes": ["notices"]},
        {"email_purposes": []},
        {"date_of_birth": "1880-13-45"},
        {"date_of_birth": "2999-01-01"},
        {"address_line_1": ""},
    ],
)
def test_details_that_cannot_be_never_break_the_page(web, started, changed):
    web.post(where(started, "amount"), {"amount": "100"})

    response = web.post(where(started, "details"), DETAILS | changed)

    assert response.status_code in {303, 422}
    if response.status_code == 422:
        assert "3 Mill Lane" in response.content.decode() or "address_line_1" in changed
        assert make.reread(started).particulars_id is None


def test_beginning_too_often_is_slowed_down(offer, client, monkeypatch):
    from shares.views import application_pages

    monkeypatch.setattr(application_pages, "STARTS_AN_HOUR", 2)

    codes = [client.post(f"/offers/{offer.slug}/apply/").status_code for _ in range(3)]

    assert codes == [303, 303, 409]
    assert Application.objects.count() == 2


def test_every_step_in_every_wrong_order_moves_no_money(web, started, offer, checkouts):
    for page in ("pay", "consents", "details", "review", "amount", "cancel", "pay"):
        web.post(where(started, page), ticks() | {"amount": "7"})

    assert checkouts == []
    assert make.balances(offer) == {}
