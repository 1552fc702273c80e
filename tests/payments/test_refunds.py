"""One refund goes back once: in the books, at the provider, and through every kind of bad luck."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core.money import from_minor
from foundation.guards import InsideTransaction
from payments import operations
from payments.models import AttentionItem, Receipt, Refund
from payments.operations import refunding, stripe_gateway
from tests.payments.world import World, now
from tests.standin.process import ACCOUNT

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = "4000000000000077"


def refunds_at_provider(world: World) -> list[int]:
    listed = world.standin.client().v1.refunds.list({"limit": 100}, {"stripe_account": ACCOUNT})
    return [refund.amount for refund in listed.data]


def test_refund_posts_row_11_and_tells_the_purpose(world: World):
    payment = world.settle(500_00, card=AT_ONCE)
    world.standin.add_float(7_70)

    refund = world.refund(payment)
    world.work()
    world.deliver()

    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert world.entries("refund") == [[("2155", payment.subject, "1250", "", 500_00)]]
    assert world.balance("2150") == world.balance("2155") == 0
    assert refunds_at_provider(world) == [500_00]
    assert world.purpose.told == [("settled", payment.public_id), ("refunded", refund.public_id)]


def test_same_key_is_the_same_refund(world: World):
    payment = world.settle(card=AT_ONCE)

    first = world.refund(payment, key="refused")
    second = operations.request_refund(payment_id=payment.pk, reason="refused", key="refused", at=now())

    assert first == second
    assert Refund.objects.count() == 1


def test_nothing_is_refunded_twice_under_another_key(world: World):
    payment = world.settle(card=AT_ONCE)
    world.refund(payment)

    with pytest.raises(operations.NothingToRefund):
        operations.request_refund(payment_id=payment.pk, reason="again", key="again", at=now())

    assert Refund.objects.count() == 1


def test_refund_cannot_exceed_the_charge(world: World):
    payment = world.settle(100_00)

    with pytest.raises(operations.RefundTooLarge):
        operations.request_refund(
            payment_id=payment.pk, reason="refused", key="too-much", amount=from_minor(100_01), at=now()
        )

    assert Refund.objects.count() == 0


@pytest.mark.breaks_invariants
def test_database_itself_keeps_refunds_within_the_charge(world: World):
    payment = world.settle(100_00)
    world.refund(payment)
    receipt = Receipt.objects.get()

    with pytest.raises(IntegrityError, match="would exceed its charge"), transaction.atomic():
        Refund.objects.create(
            organisation=world.organisation,
            receipt=receipt,
            key="second",
            amount=from_minor(1),
            reason="x",
            requested_by="x",
            requested_at=now(),
        )


def test_refund_that_the_books_do_not_owe_is_not_sent(world: World):
    payment = world.settle(card=AT_ONCE)
    refund = operations.request_refund(payment_id=payment.pk, reason="refused", key="k", at=now())

    world.work()

    refund.refresh_from_db()
    assert refund.state == "requested"
    assert AttentionItem.objects.get().code == "refund_not_owed"
    assert refunds_at_provider(world) == []


def test_provider_is_never_asked_inside_a_transaction(world: World):
    payment = world.ask_for()

    with pytest.raises(InsideTransaction), transaction.atomic():
        world.open_page(payment)

    with pytest.raises(InsideTransaction), transaction.atomic():
        stripe_gateway.get_balance(account=ACCOUNT, currency="GBP")


@pytest.mark.parametrize("kind", ["cut_after", "hang_after"])
def test_answer_lost_after_success_is_found_again(world: World, kind, monkeypatch):
    payment = world.settle(card=AT_ONCE)
    world.standin.add_float(7_70)
    refund = world.refund(payment)
    world.standin.fault(kind, "refunds.create", seconds=5, count=3)

    with pytest.raises(operations.ProviderUnavailable):
        operations.send_refund(refund_id=refund.pk, at=now())
    refund.refresh_from_db()
    was = refund.state
    world.standin.control("faults/clear")
    operations.send_refund(refund_id=refund.pk, at=now())

    refund.refresh_from_db()
    assert (was, refund.state) == ("sent", "succeeded")
    assert refunds_at_provider(world) == [500_00]
    assert len(world.entries("refund")) == 1


def test_after_a_day_a_refund_is_looked_for_and_not_sent_again(world: World, monkeypatch):
    payment = world.settle(card=AT_ONCE)
    world.standin.add_float(7_70)
    refund = world.refund(payment)
    world.standin.fault("cut_after", "refunds.create", count=3)
    with pytest.raises(operations.ProviderUnavailable):
        operations.send_refund(refund_id=refund.pk, at=now())
    world.standin.control("faults/clear")

    operations.send_refund(refund_id=refund.pk, at=now() + timedelta(hours=25))

    refund.refresh_from_db()
    assert (refund.state, refund.attempt) == ("succeeded", 1)
    assert refunds_at_provider(world) == [500_00]


def test_after_a_day_a_refund_that_never_arrived_is_sent_under_a_new_key(world: World):
    payment = world.settle(card=AT_ONCE)
    world.standin.add_float(7_70)
    refund = world.refund(payment)
    world.standin.fault("cut", "refunds.create", count=3)
    with pytest.raises(operations.ProviderUnavailable):
        operations.send_refund(refund_id=refund.pk, at=now())
    world.standin.control("faults/clear")

    operations.send_refund(refund_id=refund.pk, at=now() + timedelta(hours=25))

    refund.refresh_from_db()
    assert (refund.state, refund.attempt) == ("succeeded", 2)
    assert refunds_at_provider(world) == [500_00]


def test_refund_that_fails_later_is_owed_again(world: World):
    payment = world.settle(500_00, card=AT_ONCE)
    world.standin.add_float(7_70)
    refund = world.refund(payment)
    world.work()
    refund.refresh_from_db()
    world.standin.control(f"refunds/{refund.provider_refund_id}/fail")

    world.deliver()

    refund.refresh_from_db()
    assert refund.state == "failed"
    assert world.entries("refund_failed") == [[("1250", "", "2155", payment.subject, 500_00)]]
    assert world.balance("2155", payment.subject) == 500_00
    assert world.purpose.told[-1] == ("refund_failed", refund.public_id)
    assert AttentionItem.objects.get(subject=refund.public_id).code == "refund_failed"


def test_slow_card_is_followed_until_it_succeeds(world: World):
    payment = world.settle(500_00, card="4000000000007726")
    world.standin.move_clock(days=8)
    world.standin.add_float(7_70)
    refund = world.refund(payment)
    world.work()
    refund.refresh_from_db()
    was = refund.state
    world.standin.move_clock(days=2)

    operations.sweep(at=now() + timedelta(minutes=10))

    refund.refresh_from_db()
    assert (was, refund.state) == ("pending", "succeeded")
    assert len(world.entries("refund")) == 1


def test_refund_made_at_the_provider_goes_to_a_person(world: World):
    payment = world.settle(500_00, card=AT_ONCE)
    receipt = Receipt.objects.get()
    world.standin.client().v1.refunds.create(
        {"charge": receipt.charge_id, "amount": 100_00}, {"stripe_account": ACCOUNT}
    )

    world.deliver()

    item = AttentionItem.objects.get()
    assert (item.code, item.subject, item.facts["amount_minor"]) == ("refund_elsewhere", payment.public_id, 100_00)
    assert world.entries("refund") == []


def test_messages_of_a_refund_in_any_order_change_nothing(world: World):
    payment = world.settle(500_00, card=AT_ONCE)
    world.standin.add_float(7_70)
    refund = world.refund(payment)
    world.work()
    webhooks = world.standin.take_webhooks(order="reversed")

    world.post_webhooks(webhooks)
    world.work()

    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert len(world.entries("refund")) == 1
    assert refunding.refunded_pence(receipt=refund.receipt) == 500_00
    assert AttentionItem.objects.count() == 0
