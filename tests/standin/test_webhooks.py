"""Webhooks: signed as the official library wants, retried; late, twice, out of order or lost on request."""

from __future__ import annotations

import time

import pytest
import stripe

from tests.standin.acts import OPTIONS, buy, open_session
from tests.standin.process import ACCOUNT, Standin
from tests.standin.receiver import WebhookReceiver
from tests.stripe_spec.checker import Spec

PURCHASE = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]
OBJECTS = {"payment_intent": "payment_intent", "charge": "charge", "checkout.session": "checkout.session"}


def test_purchase_is_told_in_order_and_signed(
    standin: Standin, client: stripe.StripeClient, webhook_receiver: WebhookReceiver, stripe_spec: Spec
):
    buy(standin, client)

    received = webhook_receiver.wait_for(4)
    assert webhook_receiver.types == PURCHASE
    for webhook in received:
        event = stripe.Webhook.construct_event(webhook.body, webhook.signature, standin.secret)
        assert event.account == ACCOUNT
        assert event.api_version == stripe_spec.version
        assert event.livemode is False
        stripe_spec.check_object("event", webhook.event)
        stripe_spec.check_object(event.data.object.object, webhook.event["data"]["object"])


def test_another_secret_does_not_verify(
    standin: Standin, client: stripe.StripeClient, webhook_receiver: WebhookReceiver
):
    buy(standin, client)
    [webhook, *_] = webhook_receiver.wait_for(4)

    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(webhook.body, webhook.signature, "whsec_other")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(webhook.body.replace("50000", "50001"), webhook.signature, standin.secret)


def test_event_names_the_request_that_caused_it(standin: Standin, client: stripe.StripeClient):
    standin.add_float(50_000)
    intent = buy(standin, client)
    client.v1.refunds.create({"payment_intent": intent.id}, {**OPTIONS, "idempotency_key": "refund:1"})

    [event] = client.v1.events.list({"type": "refund.created"}, OPTIONS).data
    again = client.v1.events.retrieve(event.id, {}, OPTIONS)

    assert event.to_dict()["request"]["idempotency_key"] == "refund:1"
    assert again.data.object.amount == 50_000
    both = client.v1.events.list({"types": ["refund.created", "charge.refunded"]}, OPTIONS).data
    assert [event.type for event in both] == ["charge.refunded", "refund.created"]


def test_every_event_holds_an_object_that_stripe_would_send(
    standin: Standin, client: stripe.StripeClient, stripe_spec: Spec
):
    standin.add_float(500_000)
    client.v1.checkout.sessions.expire(open_session(client).id, {}, OPTIONS)
    for card in ("4000000000000002", "4000000000000259", "4000000000005126", "4242424242424242"):
        session = open_session(client)
        standin.pay(session.id, card=card)
    for charge in client.v1.charges.list({"limit": 100}, OPTIONS).data:
        if charge.paid and not charge.disputed:
            client.v1.refunds.create({"charge": charge.id}, OPTIONS)
    standin.move_clock(days=1)
    [dispute] = client.v1.disputes.list({}, OPTIONS).data
    standin.control(f"disputes/{dispute.id}/close", outcome="won")

    webhooks = standin.take_webhooks()
    kinds = set()
    for webhook in webhooks:
        event = stripe.Webhook.construct_event(webhook["body"], webhook["signature"], standin.secret)
        shown = event.to_dict()["data"]["object"]
        stripe_spec.check_object(shown["object"], shown)
        kinds.add(event.type)

    assert kinds == {
        "charge.dispute.closed",
        "charge.dispute.created",
        "charge.dispute.funds_reinstated",
        "charge.dispute.funds_withdrawn",
        "charge.failed",
        "charge.refund.updated",
        "charge.refunded",
        "charge.succeeded",
        "checkout.session.completed",
        "checkout.session.expired",
        # The session whose card was declined is a day old by then: it has expired, and its intent with it.
        "payment_intent.canceled",
        "payment_intent.created",
        "payment_intent.payment_failed",
        "payment_intent.succeeded",
        "refund.created",
        "refund.failed",
        "refund.updated",
        "topup.succeeded",
    }


def test_receiver_that_fails_is_asked_again(
    standin: Standin, client: stripe.StripeClient, webhook_receiver: WebhookReceiver
):
    standin.control("settings", retry_after_seconds=0)
    webhook_receiver.answers = [500, 503, 302, 200]

    standin.add_float(100)

    webhook_receiver.wait_for(4)
    [delivery] = standin.wait_for_deliveries()
    assert webhook_receiver.types == ["topup.succeeded"] * 4
    assert (delivery["state"], delivery["attempts"], delivery["response_status"]) == ("delivered", 4, 200)


def test_receiver_that_always_fails_is_given_up(
    standin: Standin, client: stripe.StripeClient, webhook_receiver: WebhookReceiver
):
    standin.control("settings", retry_after_seconds=0, attempts_at_most=3)
    webhook_receiver.answers = [500]

    standin.add_float(100)

    [delivery] = standin.wait_for_deliveries()
    assert (delivery["state"], delivery["attempts"]) == ("failed", 3)


def test_nobody_listening_is_noted_and_tried_again(standin: Standin):
    standin.control("settings", retry_after_seconds=0, attempts_at_most=2)
    standin.deliver_to("http://127.0.0.1:9/webhooks/")

    standin.add_float(100)

    [delivery] = standin.wait_for_deliveries()
    assert (delivery["state"], delivery["attempts"], delivery["response_status"]) == ("failed", 2, None)
    assert "refused" in delivery["problem"]


def test_twice_is_posted_twice_under_one_id(
    standin: Standin, client: stripe.StripeClient, webhook_receiver: WebhookReceiver
):
    standin.control("webhooks/mode", mode="twice", types=["checkout.session.completed"])

    buy(standin, client)

    webhook_receiver.wait_for(5)
    assert webhook_receiver.types == [*PURCHASE, "checkout.session.completed"]
    assert webhook_receiver.received[3].event["id"] == webhook_receiver.received[4].event["id"]


def test_late_comes_after_its_seconds(standin: Standin, client: stripe.StripeClient, webhook_receiver: WebhookReceiver):
    standin.control("webhooks/mode", mode="late", types=["charge.succeeded"], seconds=1, count=1)
    began = time.monotonic()

    buy(standin, client)

    webhook_receiver.wait_for(4)
    assert webhook_receiver.types == [PURCHASE[0], *PURCHASE[2:], "charge.succeeded"]
    assert time.monotonic() - began >= 1


def test_reversed_comes_newest_first(standin: Standin, client: stripe.StripeClient, webhook_receiver: WebhookReceiver):
    standin.control("webhooks/mode", mode="reversed", seconds=0.7)

    buy(standin, client)

    webhook_receiver.wait_for(4)
    assert webhook_receiver.types == PURCHASE[::-1]


def test_dropped_never_comes(standin: Standin, client: stripe.StripeClient, webhook_receiver: WebhookReceiver):
    standin.control("webhooks/mode", mode="dropped", types=["checkout.session.completed"], count=1)

    buy(standin, client)
    buy(standin, client)

    standin.wait_for_deliveries()
    assert webhook_receiver.types == [*PURCHASE[:3], *PURCHASE]
    assert [delivery["state"] for delivery in standin.deliveries()].count("dropped") == 1


def test_held_come_when_released_in_the_order_asked_for(
    standin: Standin, client: stripe.StripeClient, webhook_receiver: WebhookReceiver
):
    standin.control("webhooks/mode", mode="held")
    buy(standin, client)
    standin.control("webhooks/mode", mode="normal")
    assert webhook_receiver.received == []

    standin.control("webhooks/release", order="reversed")

    webhook_receiver.wait_for(4)
    assert webhook_receiver.types == PURCHASE[::-1]


def test_without_an_address_webhooks_are_taken_by_the_test(standin: Standin, client: stripe.StripeClient):
    buy(standin, client)

    taken = standin.take_webhooks()
    shuffled_again = standin.take_webhooks(order="shuffled", seed=7)

    assert [webhook["type"] for webhook in taken] == PURCHASE
    assert shuffled_again == []
    stripe.Webhook.construct_event(taken[0]["body"], taken[0]["signature"], standin.secret)


def test_resent_is_signed_anew_and_can_be_stale(standin: Standin, client: stripe.StripeClient):
    standin.add_float(100)
    [first] = standin.take_webhooks()
    standin.control("webhooks/resend", event=first["event"], copies=2, aged_seconds=301, hold=True)

    stale = standin.take_webhooks()

    assert [webhook["event"] for webhook in stale] == [first["event"]] * 2
    with pytest.raises(stripe.SignatureVerificationError, match="Timestamp outside the tolerance"):
        stripe.Webhook.construct_event(stale[0]["body"], stale[0]["signature"], standin.secret)


def test_events_of_the_platform_name_no_account(standin: Standin, client: stripe.StripeClient):
    client.v1.topups.create({"amount": 100, "currency": "gbp"})

    [webhook] = standin.take_webhooks()

    assert "account" not in stripe.Webhook.construct_event(webhook["body"], webhook["signature"], standin.secret)
