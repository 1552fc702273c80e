"""The hosted checkout page, driven as a browser without JavaScript drives it: by links and form posts."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
import requests
import stripe

from tests.standin.acts import OPTIONS, open_session
from tests.standin.process import Standin

NOTICE = "Practice checkout, no real money"


def post(url: str, **typed: str) -> requests.Response:
    return requests.post(url, data=typed, allow_redirects=False, timeout=20)


def get(url: str) -> requests.Response:
    return requests.get(url, allow_redirects=False, timeout=20)


def charges(client: stripe.StripeClient) -> list[Any]:
    return client.v1.charges.list({}, OPTIONS).data


def test_page_says_what_is_paid_to_whom_and_that_it_is_practice(client: stripe.StripeClient):
    session = open_session(client, 1_234_50, customer_email="ada@example.org")

    page = get(session.url)

    assert page.status_code == 200
    for text in (NOTICE, "The Fox and Hounds Community Society", "£1,234.50", "Shares", "ada@example.org"):
        assert text in page.text
    assert "<script" not in page.text
    labelled = set(re.findall(r'<label for="(\w+)"', page.text))
    assert labelled >= set(re.findall(r'<input id="(\w+)"', page.text))
    assert '<html lang="en-gb">' in page.text


def test_card_that_pays_sends_the_payer_back_with_the_session_id(client: stripe.StripeClient):
    session = open_session(client)

    answer = post(
        session.url, card_number="4242 4242 4242 4242", name="Ada", email="ada@example.org", postcode="OX7 6AA"
    )

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://127.0.0.1:9/paid?session={session.id}"
    paid = client.v1.checkout.sessions.retrieve(session.id, {}, OPTIONS)
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    assert paid.customer_details.address.postal_code == "OX7 6AA"


@pytest.mark.parametrize(
    ("card", "message"),
    [
        ("4000000000000002", "Your card was declined."),
        ("4000000000009995", "Your card has insufficient funds."),
        ("4000000000000069", "Your card has expired."),
        ("4000000000000127", "Your card&#x27;s security code is incorrect."),
        ("4000000000000119", "An error occurred while processing your card."),
    ],
)
def test_declined_card_says_why_and_lets_the_payer_try_again(client: stripe.StripeClient, card: str, message: str):
    session = open_session(client)

    declined = post(session.url, card_number=card, name="Ada", email="ada@example.org")
    paid = post(session.url, card_number="4242424242424242")

    assert declined.status_code == 402
    assert message in declined.text
    assert 'role="alert"' in declined.text
    assert 'value="ada@example.org"' in declined.text
    assert card not in declined.text.partition("<details>")[0]
    assert paid.status_code == 303
    assert [charge.status for charge in charges(client)] == ["succeeded", "failed"]
    assert len({charge.payment_intent for charge in charges(client)}) == 1


@pytest.mark.parametrize("typed", ["", "1234", "5105 1051 0510 5100", "4111111111111111"])
def test_any_other_number_is_refused_and_kept_nowhere(standin: Standin, client: stripe.StripeClient, typed: str):
    session = open_session(client)

    answer = post(session.url, card_number=typed)

    assert answer.status_code == 402
    assert "Never type a real card" in answer.text
    assert charges(client) == []
    assert client.v1.checkout.sessions.retrieve(session.id, {}, OPTIONS).payment_intent is None


def test_card_that_asks_the_bank_pays_after_the_extra_step(standin: Standin, client: stripe.StripeClient):
    session = open_session(client)

    asked = post(session.url, card_number="4000 0025 0000 3155")
    question = get(standin.base_url + asked.headers["Location"])
    waiting = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]}, OPTIONS)
    confirmed = post(standin.base_url + asked.headers["Location"], answer="confirm")

    assert asked.status_code == 303
    assert NOTICE in question.text
    assert (waiting.status, waiting.payment_intent.status) == ("open", "requires_action")
    assert confirmed.status_code == 303
    after = get(standin.base_url + confirmed.headers["Location"])
    assert after.headers["Location"] == f"http://127.0.0.1:9/paid?session={session.id}"
    assert client.v1.checkout.sessions.retrieve(session.id, {}, OPTIONS).payment_status == "paid"


def test_refusing_at_the_bank_goes_back_to_the_form(standin: Standin, client: stripe.StripeClient):
    session = open_session(client)
    asked = post(session.url, card_number="4000002500003155")

    refused = post(standin.base_url + asked.headers["Location"], answer="refuse")

    assert refused.status_code == 402
    assert "unable to authenticate" in refused.text
    assert charges(client) == []
    assert post(session.url, card_number="4242424242424242").status_code == 303


def test_confirming_twice_charges_once(standin: Standin, client: stripe.StripeClient):
    session = open_session(client)
    asked = post(session.url, card_number="4000002500003155")

    for _ in range(2):
        post(standin.base_url + asked.headers["Location"], answer="confirm")

    assert len(charges(client)) == 1


def test_paying_twice_charges_once_and_leads_to_the_same_place(client: stripe.StripeClient):
    session = open_session(client)

    answers = [post(session.url, card_number="4242424242424242") for _ in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [f"http://127.0.0.1:9/paid?session={session.id}"] * 2
    assert len(charges(client)) == 1
    assert get(session.url).status_code == 303


def test_cancel_link_goes_back_and_leaves_the_session_open(standin: Standin, client: stripe.StripeClient):
    session = open_session(client)
    link = re.search(r'href="(/c/pay/[^"]+/cancel)"', get(session.url).text)
    assert link is not None

    answer = get(standin.base_url + link[1])

    assert (answer.status_code, answer.headers["Location"]) == (303, "http://127.0.0.1:9/cancelled")
    assert client.v1.checkout.sessions.retrieve(session.id, {}, OPTIONS).status == "open"


def test_expired_session_says_so_and_takes_no_card(standin: Standin, client: stripe.StripeClient):
    session = open_session(client, expires_at=int(time.time()) + 1_800)
    standin.move_clock(seconds=1_900)

    page = get(session.url)
    answer = post(session.url, card_number="4242424242424242")

    assert page.status_code == answer.status_code == 410
    assert "This checkout has expired" in page.text
    assert "Nothing was paid" in page.text
    assert charges(client) == []


def test_unknown_session_is_not_found(standin: Standin):
    assert get(f"{standin.base_url}/c/pay/cs_test_nothing").status_code == 404


def test_text_of_the_caller_is_escaped(client: stripe.StripeClient):
    line = {"quantity": 1, "price_data": {"currency": "gbp", "unit_amount": 500, "product_data": {"name": "<b>x</b>"}}}
    session = open_session(client, line_items=[line])

    assert "&lt;b&gt;x&lt;/b&gt;" in get(session.url).text


def test_control_room_shows_what_is_held_and_its_buttons_work(standin: Standin, client: stripe.StripeClient):
    session = open_session(client, 50_000, client_reference_id="pay_77")
    standin.pay(session.id)
    room = standin.base_url

    assert post(f"{room}/room/clock", value="3").status_code == 303
    assert post(f"{room}/room/float", id="acct_tests", value="10").status_code == 303
    [charge] = charges(client)
    assert post(f"{room}/room/dispute", id=charge.id).status_code == 303
    page = get(f"{room}/")

    assert page.status_code == 200
    # £492.30 of the charge, £10 of float, less £500 and £20 for the dispute.
    for text in ("Control room", "-£17.70", "pay_77", "disputed", "charge.dispute.created", charge.id):
        assert text in page.text
    assert post(f"{room}/room/dispute", id=charge.id).status_code == 400
    assert post(f"{room}/room/explode").status_code == 400
