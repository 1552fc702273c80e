"""A card holder disputes a payment: rows 14 to 16, before and after the shares were allotted."""

from __future__ import annotations

import pytest

from payments.models import AttentionItem, Dispute, Receipt
from tests.payments.world import World

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = "4000000000000077"


def dispute(world: World) -> str:
    """Open a dispute of the only charge; return its id."""
    charge = Receipt.objects.get().charge_id
    opened: str = world.standin.control("disputes", charge=charge)["id"]
    return opened


def test_before_allotment_the_application_money_bears_it(world: World):
    payment = world.settle(500_00, card=AT_ONCE)
    dispute(world)

    world.deliver()

    assert world.entries("dispute") == [
        [("2150", payment.subject, "1250", "", 500_00), ("7425", "", "1250", "", 20_00)]
    ]
    assert Dispute.objects.get().state == "open"
    assert world.balance("1250") == world.provider_balance() == -27_70
    assert world.purpose.told[-1] == ("disputed", payment.public_id)
    assert AttentionItem.objects.get().code == "dispute_opened"


def test_after_allotment_it_is_a_claim_until_it_is_decided(world: World):
    payment = world.settle(500_00, card=AT_ONCE)
    world.allot(payment)
    dispute_id = dispute(world)
    world.deliver()
    opened = world.entries("dispute")

    world.standin.control(f"disputes/{dispute_id}/close", outcome="won")
    world.deliver()

    assert opened == [[("1270", "", "1250", "", 500_00), ("7425", "", "1250", "", 20_00)]]
    assert world.entries("dispute_won") == [[("1250", "", "1270", "", 500_00)]]
    assert Dispute.objects.get().state == "won"
    assert world.balance("1270") == 0
    assert world.balance("7425") == 20_00
    assert world.balance("1250") == world.provider_balance()
    assert not AttentionItem.objects.open().exists()


def test_lost_after_allotment_waits_for_the_committee(world: World):
    payment = world.settle(500_00, card=AT_ONCE)
    world.allot(payment)
    dispute_id = dispute(world)
    world.standin.control(f"disputes/{dispute_id}/close", outcome="lost")

    world.deliver()

    assert Dispute.objects.get().state == "lost"
    assert world.balance("1270") == 500_00
    assert world.entries("dispute_won") == []
    assert list(AttentionItem.objects.open().values_list("code", flat=True)) == ["dispute_lost"]


def test_messages_of_a_dispute_in_any_order_and_before_the_payment_come_to_the_same(world: World):
    payment = world.ask_for(500_00)
    world.pay(payment, card="4000000000000259")
    webhooks = world.standin.take_webhooks(order="reversed")

    world.post_webhooks([*webhooks, *webhooks])
    world.work()

    payment.refresh_from_db()
    assert payment.state == "settled"
    assert len(world.entries("receipt")) == len(world.entries("dispute")) == 1
    assert world.balance("1250") == world.provider_balance()
    assert [told for told, _ in world.purpose.told] == ["settled", "disputed"]
