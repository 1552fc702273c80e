"""From the checkout page to the receipt and the books: the same end, whatever comes first and however often."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.periods import legal_day
from ledger import operations as ledger_operations
from ledger.models import Book, Entry
from payments import operations
from payments.models import AttentionItem, CheckoutAttempt, ProviderEvent, ProviderPosting, Receipt, StateChange
from tests.payments.world import CANCEL, SUCCESS, World, now

pytestmark = pytest.mark.django_db(transaction=True)


def test_paid_payment_posts_gross_and_fee_as_two_lines(world: World):
    payment = world.ask_for(500_00)
    world.pay(payment)

    assert set(world.deliver()) == {200}

    payment.refresh_from_db()
    receipt = Receipt.objects.get()
    assert payment.state == "settled"
    assert (receipt.gross_pence, receipt.fee_pence, receipt.net_pence) == (500_00, 7_70, 492_30)
    assert world.entries("receipt") == [[("1250", "", "2150", payment.subject, 500_00), ("7420", "", "1250", "", 7_70)]]
    assert world.balance("1250") == world.provider_balance() == 492_30
    assert world.balance("2150", payment.subject) == 500_00
    assert world.balance("7420") == 7_70
    assert world.purpose.told == [("settled", payment.public_id)]
    steps = StateChange.objects.filter(subject=payment.public_id).values_list("from_state", "to_state")
    assert list(steps) == [("created", "checkout_open"), ("checkout_open", "settled")]


def test_every_call_names_the_society_and_every_order_has_its_stored_key(world: World, exchanges):
    payment = world.ask_for()
    world.pay(payment)
    world.deliver()

    attempt = CheckoutAttempt.objects.get()
    assert {one.account for one in exchanges.exchanges} == {"acct_tests"}
    orders = [one for one in exchanges.exchanges if one.method == "POST"]
    assert [one.idempotency_key for one in orders] == [attempt.idempotency_key]
    assert attempt.idempotency_key == f"checkout:{payment.public_id}:1"


def test_return_page_settles_before_any_message_and_the_message_changes_nothing(world: World):
    payment = world.ask_for()
    world.pay(payment)

    settled = operations.refresh_payment(payment_id=payment.pk, at=now())
    world.deliver()

    assert settled.state == "settled"
    assert Receipt.objects.count() == ProviderPosting.objects.count() == 1
    assert world.purpose.told == [("settled", payment.public_id)]


def test_message_that_overtakes_our_answer_finds_its_attempt(world: World):
    payment = world.ask_for()
    session_id = world.pay(payment)
    CheckoutAttempt.objects.update(state="sent", session_id=None, url="")

    world.deliver()

    payment.refresh_from_db()
    attempt = CheckoutAttempt.objects.get()
    assert (payment.state, attempt.state, attempt.session_id) == ("settled", "complete", session_id)


def test_five_deliveries_make_one_receipt(world: World):
    payment = world.ask_for()
    world.pay(payment)
    webhooks = world.standin.take_webhooks()

    statuses = [status for _ in range(5) for status in world.post_webhooks(webhooks)]
    world.work()

    assert set(statuses) == {200}
    assert ProviderEvent.objects.count() == len(webhooks)
    assert Receipt.objects.count() == 1
    assert world.balance("2150") == 500_00


def test_second_click_gets_the_same_page(world: World):
    payment = world.ask_for()

    first = operations.start_checkout(payment_id=payment.pk, success_url=SUCCESS, cancel_url=CANCEL, at=now())
    second = operations.start_checkout(payment_id=payment.pk, success_url=SUCCESS, cancel_url=CANCEL, at=now())

    assert first == second
    assert CheckoutAttempt.objects.count() == 1


def test_expired_page_is_never_handed_out_again(world: World):
    payment = world.ask_for()
    session_id = world.open_page(payment)
    world.standin.control(f"checkout/{session_id}/expire")

    world.deliver()
    payment.refresh_from_db()
    was = payment.state
    second = world.open_page(payment)

    states = list(payment.attempts.order_by("number").values_list("number", "state"))
    assert was == "created"
    assert second != session_id
    assert states == [(1, "expired"), (2, "open")]
    assert world.purpose.told == []


def test_decline_then_success_is_one_receipt(world: World):
    payment = world.ask_for()
    session_id = world.open_page(payment)
    world.standin.pay(session_id, card="4000000000009995")
    world.deliver()
    declined = CheckoutAttempt.objects.get().decline_code

    world.standin.pay(session_id)
    world.deliver()

    payment.refresh_from_db()
    assert declined == "insufficient_funds"
    assert payment.state == "settled"
    assert Receipt.objects.count() == 1
    assert world.balance("2150") == 500_00


def test_settled_payment_cannot_be_paid_again(world: World):
    payment = world.settle()

    with pytest.raises(operations.PaymentAlreadySettled):
        operations.start_checkout(payment_id=payment.pk, success_url=SUCCESS, cancel_url=CANCEL, at=now())

    assert CheckoutAttempt.objects.count() == 1
    assert AttentionItem.objects.count() == 0


def test_paid_page_that_is_started_again_settles_instead(world: World):
    payment = world.ask_for()
    world.pay(payment)

    with pytest.raises(operations.PaymentAlreadySettled):
        operations.start_checkout(payment_id=payment.pk, success_url=SUCCESS, cancel_url=CANCEL, at=now())

    assert Receipt.objects.count() == 1


@pytest.mark.parametrize("for_good", [True, False])
def test_money_of_a_closed_day_is_posted_on_the_first_open_one_and_says_so(world: World, *, for_good: bool):
    payment = world.ask_for()
    world.pay(payment)
    book = Book.objects.get()
    today = legal_day(now())
    if for_good:
        ledger_operations.close_period(book=book, through=today, actor="user:t", at=now())
    else:
        ledger_operations.close_softly(book=book, through=today)

    world.deliver()

    payment.refresh_from_db()
    entry = Entry.objects.get(kind="payments.receipt")
    assert payment.state == "settled"
    assert entry.effective_on == today + timedelta(days=1)
    assert entry.narration.text == f"Belongs to {today.isoformat()}, which was closed"
