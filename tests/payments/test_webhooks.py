"""Messages at the door: who may speak, what is kept, and what never moves money."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from django.conf import settings

from payments import operations
from payments.models import (
    AttentionItem,
    Payment,
    ProviderEvent,
    ProviderEventBody,
    ProviderEventProgress,
    ProviderPosting,
    Receipt,
)
from payments.operations import stripe_gateway
from payments.operations.provider_facts import ChargeFacts
from tests.payments.world import World, now

pytestmark = pytest.mark.django_db(transaction=True)


def sign(facts: dict[str, Any], *, secret: str | None = None, age: int = 0) -> dict[str, Any]:
    """A message as the provider signs it."""
    body = json.dumps(facts)
    stamp = int(time.time()) - age
    key = (secret or settings.STRIPE_WEBHOOK_SECRET).encode()
    digest = hmac.new(key, f"{stamp}.{body}".encode(), hashlib.sha256).hexdigest()
    return {"body": body, "signature": f"t={stamp},v1={digest}"}


def event(**facts: Any) -> dict[str, Any]:
    """The parts of an event that we read."""
    given = {
        "id": "evt_test",
        "object": "event",
        "type": "checkout.session.completed",
        "created": int(time.time()),
        "livemode": False,
        "account": "acct_tests",
        "data": {"object": {"id": "cs_test_x", "object": "checkout.session"}},
    }
    return given | facts


def nothing_happened() -> bool:
    return not (Receipt.objects.exists() or ProviderPosting.objects.exists())


@pytest.mark.parametrize(
    "message",
    [
        {"body": json.dumps(event()), "signature": ""},
        {"body": json.dumps(event()), "signature": "t=1,v1=00"},
        {"body": "not json", "signature": "nonsense"},
    ],
    ids=["unsigned", "old and wrong", "nonsense"],
)
def test_message_without_a_good_signature_is_refused_and_not_kept(world: World, message):
    assert world.post_webhooks([message]) == [400]

    assert not ProviderEvent.objects.exists()


def test_forged_message_is_refused(world: World):
    payment = world.ask_for()
    session_id = world.open_page(payment)
    forged = sign(event(data={"object": {"id": session_id}}), secret="whsec_of_somebody_else")

    assert world.post_webhooks([forged]) == [400]
    world.work()

    payment.refresh_from_db()
    assert payment.state == "checkout_open"
    assert nothing_happened()
    assert not ProviderEvent.objects.exists()


def test_changed_body_is_refused(world: World):
    message = sign(event())
    message["body"] = message["body"].replace("evt_test", "evt_tes2")

    assert world.post_webhooks([message]) == [400]


@pytest.mark.parametrize(("age", "status"), [(290, 200), (310, 400)])
def test_message_may_be_five_minutes_old(world: World, age, status):
    assert world.post_webhooks([sign(event(), age=age)]) == [status]

    assert ProviderEvent.objects.count() == (1 if status == 200 else 0)


def test_two_secrets_hold_while_one_replaces_the_other(world: World, settings):
    settings.STRIPE_WEBHOOK_SECRET = "whsec_new,whsec_old"

    statuses = world.post_webhooks(
        [sign(event(id="evt_1"), secret="whsec_old"), sign(event(id="evt_2"), secret="whsec_new")]
    )

    assert statuses == [200, 200]


def test_raw_bytes_are_kept_beside_their_digest(world: World):
    message = sign(event(type="customer.created"))

    world.post_webhooks([message])

    stored = ProviderEvent.objects.get()
    body = ProviderEventBody.objects.get().raw
    assert bytes(body) == message["body"].encode()
    assert stored.body_sha256 == hashlib.sha256(bytes(body)).hexdigest()


def test_unknown_type_is_kept_and_ignored(world: World):
    assert world.post_webhooks([sign(event(type="climate.order.created"))]) == [200]
    world.work()

    progress = ProviderEventProgress.objects.get()
    assert progress.state == "ignored"
    assert AttentionItem.objects.count() == 0


def test_too_large_a_message_is_refused_unread(world: World):
    answer = world.web.post("/webhooks/stripe/", data=b"x" * 600_000, content_type="application/json")

    assert answer.status_code == 413


def test_get_is_not_allowed(world: World):
    assert world.web.get("/webhooks/stripe/").status_code == 405


def test_message_of_an_unknown_account_goes_to_a_person(world: World):
    world.post_webhooks([sign(event(account="acct_somebody"))])
    world.work()

    item = AttentionItem.objects.get()
    assert (item.code, item.organisation) == ("event_unknown_account", None)
    assert ProviderEventProgress.objects.get().state == "failed"
    assert nothing_happened()


def test_message_with_real_money_at_a_practice_key_goes_to_a_person(world: World):
    payment = world.ask_for()
    session_id = world.pay(payment)
    world.standin.take_webhooks()

    world.post_webhooks([sign(event(livemode=True, data={"object": {"id": session_id}}))])
    world.work()

    assert AttentionItem.objects.get().code == "event_live_mode_differs"
    assert nothing_happened()


def test_object_of_another_account_cannot_be_reached(world: World):
    payment = world.ask_for()
    session_id = world.pay(payment)
    world.standin.take_webhooks()
    world.standin.add_account("acct_other")
    from tests.payments.world import make_society

    make_society(slug="other", account="acct_other")

    world.post_webhooks([sign(event(account="acct_other", data={"object": {"id": session_id}}))])
    world.work()

    item = AttentionItem.objects.get()
    assert item.code == "event_missing_at_provider"
    assert item.organisation.slug == "other"
    payment.refresh_from_db()
    assert payment.state == "checkout_open"
    assert nothing_happened()


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("amount", 499_00, "amount_differs"),
        ("amount", 501_00, "amount_differs"),
    ],
)
def test_other_amount_at_the_provider_is_set_aside(world: World, column, value, code):
    payment = world.ask_for(500_00)
    world.pay(payment)
    Payment.objects.filter(pk=payment.pk).update(**{column: value // 100})

    world.deliver()

    payment.refresh_from_db()
    item = AttentionItem.objects.get()
    assert payment.state == "needs_attention"
    assert (item.code, item.subject) == (code, payment.public_id)
    assert (item.facts["asked_pence"], item.facts["charged_minor"]) == (value, 500_00)
    assert nothing_happened()
    assert world.purpose.told == []
    with pytest.raises(operations.PaymentNeedsAttention):
        world.open_page(payment)

    Payment.objects.filter(pk=payment.pk).update(amount=500)
    settled = operations.refresh_payment(payment_id=payment.pk, at=now())
    item.refresh_from_db()
    assert settled.state == "settled"
    assert item.resolved_at is not None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"currency": "EUR"}, "currency_differs"),
        ({"is_live": True}, "live_mode_differs"),
        ({"metadata": {"payment": "pay_other"}}, "other_payment"),
        ({"metadata": {}}, "other_payment"),
    ],
    ids=["currency", "live mode", "another payment", "no payment named"],
)
def test_charge_that_does_not_fit_is_set_aside(world: World, monkeypatch, changes, code):
    payment = world.ask_for()
    world.pay(payment)
    told = stripe_gateway.get_session

    def tell_otherwise(**where: str):
        session = told(**where)
        assert isinstance(session.charge, ChargeFacts)
        return type(session)(**{**vars(session), "charge": ChargeFacts(**{**vars(session.charge), **changes})})

    monkeypatch.setattr(stripe_gateway, "get_session", tell_otherwise)

    operations.refresh_payment(payment_id=payment.pk, at=now())

    payment.refresh_from_db()
    assert payment.state == "needs_attention"
    assert AttentionItem.objects.get().code == code
    assert nothing_happened()
    assert world.balance("1250") == 0
