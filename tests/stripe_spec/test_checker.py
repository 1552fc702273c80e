"""The checker finds what Stripe's document does not allow, and lets through what it does."""

from __future__ import annotations

import gzip
import json
from urllib.parse import urlencode

import pytest

from tests.stripe_spec.checker import DOCUMENT, Spec, SpecError
from tests.stripe_spec.trim import OPERATIONS, trim

GOOD_SESSION = {
    "mode": "payment",
    "success_url": "https://example.org/ok",
    "line_items[0][quantity]": "2",
    "line_items[0][price_data][currency]": "gbp",
    "line_items[0][price_data][unit_amount]": "5000",
    "line_items[0][price_data][product_data][name]": "Shares",
    "metadata[payment]": "pay_1",
    "expand[0]": "payment_intent",
}


def test_document_is_the_release_that_the_library_speaks(stripe_spec: Spec):
    import stripe

    assert stripe_spec.version == stripe.api_version == "2026-05-27.dahlia"


def test_document_is_small_and_has_its_licence_beside_it():
    assert DOCUMENT.stat().st_size < 60_000
    assert "The MIT License" in (DOCUMENT.parent / "LICENSE-stripe-openapi").read_text()


def test_trimming_again_changes_nothing():
    document = json.loads(gzip.decompress(DOCUMENT.read_bytes()))

    assert trim(document) == document
    assert {path: tuple(operations) for path, operations in document["paths"].items()} == OPERATIONS


def test_good_request_is_read_with_its_types(stripe_spec: Spec):
    parameters = stripe_spec.check_request("POST", "/v1/checkout/sessions", urlencode(GOOD_SESSION))

    assert parameters["line_items"] == [
        {"quantity": 2, "price_data": {"currency": "gbp", "unit_amount": 5000, "product_data": {"name": "Shares"}}}
    ]
    assert parameters["metadata"] == {"payment": "pay_1"}
    assert parameters["expand"] == ["payment_intent"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sucess_url": "https://example.org"}, "sucess_url"),
        ({"mode": "gift"}, "gift"),
        ({"line_items[0][quantity]": "two"}, "line_items.0.quantity"),
        ({"line_items[0][price_data][product_data][nme]": "x"}, "nme"),
        ({"client_reference_id": "x" * 201}, "client_reference_id"),
        ({"expires_at": "tomorrow"}, "expires_at"),
        ({"payment_intent_data[metadat][a]": "b"}, "metadat"),
    ],
)
def test_wrong_parameter_is_found_and_named(stripe_spec: Spec, change: dict[str, str], message: str):
    with pytest.raises(SpecError, match=message):
        stripe_spec.check_request("POST", "/v1/checkout/sessions", urlencode(GOOD_SESSION | change))


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("POST", "/v1/payment_intents", "currency=gbp"),
        ("POST", "/v1/refunds", "payment_intent=pi_1&amount=5.00"),
        ("POST", "/v1/refunds", "payment_intent=pi_1&reason=changed_my_mind"),
        ("GET", "/v1/charges", "limit=ten"),
        ("GET", "/v1/charges", "payment_intents=pi_1"),
        ("POST", "/v1/refund", "payment_intent=pi_1"),
        ("DELETE", "/v1/refunds/re_1", ""),
    ],
)
def test_wrong_request_is_refused(stripe_spec: Spec, method: str, path: str, sent: str):
    with pytest.raises(SpecError):
        stripe_spec.check_request(method, path, sent)


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("POST", "/v1/refunds", "charge=ch_1&amount=500&metadata[run]=1&expand[]=balance_transaction"),
        ("GET", "/v1/charges", "limit=10&created[gte]=1700000000&starting_after=ch_1"),
        ("GET", "/v1/charges", "created=1700000000"),
        ("GET", "/v1/checkout/sessions/cs_test_1", "expand[0]=payment_intent.latest_charge.balance_transaction"),
        ("POST", "/v1/checkout/sessions/cs_test_1/expire", ""),
        ("GET", "/v1/balance", ""),
    ],
)
def test_right_request_passes(stripe_spec: Spec, method: str, path: str, sent: str):
    stripe_spec.check_request(method, path, sent)


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "500"},
        {"amount": None},
        {"currency": None},
        {"pending_reason": "no_money"},
        {"pending_reason": None},
        {"misspelt": 1},
        {"balance_transaction": 7},
    ],
)
def test_wrong_reply_is_found(stripe_spec: Spec, change: dict):
    refund = {"id": "re_1", "object": "refund", "amount": 500, "created": 1, "currency": "gbp"}
    stripe_spec.check_response("POST", "/v1/refunds", 200, refund)

    with pytest.raises(SpecError):
        stripe_spec.check_response("POST", "/v1/refunds", 200, refund | change)


def test_errors_are_checked_too(stripe_spec: Spec):
    error = {"error": {"type": "card_error", "message": "Your card was declined.", "code": "card_declined"}}
    stripe_spec.check_response("POST", "/v1/refunds", 402, error)

    with pytest.raises(SpecError):
        stripe_spec.check_response("POST", "/v1/refunds", 402, {"error": {"type": "sorry"}})
    with pytest.raises(SpecError):
        stripe_spec.check_response("POST", "/v1/refunds", 402, {"detail": "sorry"})
