"""Answers that are lost, messages that never come, money that comes late, and everything at once."""

from __future__ import annotations

import random
import threading
from datetime import timedelta

import pytest
from django.db import connection

from payments import operations
from payments.models import (
    AttentionItem,
    BalanceTransaction,
    CheckoutAttempt,
    Payment,
    ProviderEvent,
    ProviderEventProgress,
    ProviderPosting,
    Receipt,
    Refund,
)
from payments.queries import find_clearing_problems
from tests.payments.test_webhooks import event, sign
from tests.payments.world import CANCEL, SUCCESS, World, now

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = "4000000000000077"


def sessions_at_provider(world: World) -> int:
    return len(world.standin.client().v1.checkout.sessions.list({"limit": 100}, {"stripe_account": "acct_tests"}).data)


@pytest.mark.parametrize("kind", ["cut_after", "fail_after"])
def test_page_whose_answer_was_lost_is_the_same_page_on_the_next_click(world: World, kind):
    payment = world.ask_for()
    world.standin.fault(kind, "checkout_sessions.create", for_ever=True)
    with pytest.raises(operations.ProviderUnavailable):
        world.open_page(payment)
    was = CheckoutAttempt.objects.get().state
    world.standin.control("faults/clear")

    if kind == "fail_after":
        # An error is remembered under its key; a day later the page is found by what is written on it.
        at = now() + timedelta(hours=24)
        Payment.objects.update(expires_at=at + timedelta(hours=1))
        world.open_page(payment, at=at)
    else:
        world.open_page(payment)

    assert was == "sent"
    assert sessions_at_provider(world) == 1
    assert CheckoutAttempt.objects.get().state == "open"


def test_slow_answer_is_retried_under_the_same_key(world: World, exchanges):
    payment = world.ask_for()
    world.standin.fault("hang_after", "checkout_sessions.create", seconds=4)

    world.open_page(payment)

    seen = world.standin.requests_seen("checkout_sessions.create")
    assert len(seen) == 2
    assert sessions_at_provider(world) == 1


def test_page_is_closed_when_the_reservation_ends(world: World):
    payment = world.ask_for()
    session_id = world.open_page(payment)

    ended = operations.expire_checkout(payment_id=payment.pk, at=now())
    again = operations.expire_checkout(payment_id=payment.pk, at=now())

    session = world.standin.client().v1.checkout.sessions.retrieve(session_id, {}, {"stripe_account": "acct_tests"})
    assert session.status == "expired"
    assert (ended.state, again.state) == ("ended", "ended")
    assert world.purpose.told == [("checkout_ended", payment.public_id)]
    with pytest.raises(operations.PaymentEnded):
        operations.start_checkout(payment_id=payment.pk, success_url=SUCCESS, cancel_url=CANCEL, at=now())


def test_payer_who_finished_a_moment_before_the_reservation_ended_has_paid(world: World):
    payment = world.ask_for()
    world.pay(payment)

    settled = operations.expire_checkout(payment_id=payment.pk, at=now())

    assert settled.state == "settled"
    assert Receipt.objects.count() == 1
    assert world.purpose.told == [("settled", payment.public_id)]


def give_back(world: World):
    """A purpose that has no room any more: it owes late money back at once (row 10)."""

    def on_settled(*, payment: Payment, at):
        world.owe_back(payment)
        operations.request_refund(payment_id=payment.pk, reason="sold_out", key="late", at=at)

    return on_settled


def test_late_money_that_is_not_wanted_goes_back_once(world: World):
    payment = world.ask_for()
    world.pay(payment, card=AT_ONCE)
    Payment.objects.filter(pk=payment.pk).update(state="ended", ended_at=now())
    world.standin.add_float(10_00)
    world.purpose.on_settled = give_back(world)

    world.deliver()
    world.deliver()

    refund = Refund.objects.get()
    assert refund.state == "succeeded"
    assert world.balance("2150") == world.balance("2155") == 0
    assert world.purpose.told == [("settled", payment.public_id), ("refunded", refund.public_id)]


def test_late_money_that_is_wanted_is_kept(world: World):
    payment = world.ask_for()
    world.pay(payment)
    Payment.objects.filter(pk=payment.pk).update(state="ended", ended_at=now())

    world.deliver()

    payment.refresh_from_db()
    assert payment.state == "settled"
    assert world.balance("2150", payment.subject) == 500_00
    assert Refund.objects.count() == 0


def test_second_charge_of_a_settled_payment_goes_back_by_itself(world: World):
    payment = world.settle(500_00, card=AT_ONCE)
    # The page expired for us while the payer still had it open: both pages were paid.
    Payment.objects.filter(pk=payment.pk).update(state="created", settled_at=None)
    CheckoutAttempt.objects.update(state="expired")
    session_id = world.open_page(payment)
    world.standin.pay(session_id, card=AT_ONCE)
    Payment.objects.filter(pk=payment.pk).update(state="settled", settled_at=now())

    world.deliver()
    world.deliver()

    refund = Refund.objects.get()
    assert Receipt.objects.filter(is_duplicate=True).count() == 1
    assert (refund.state, refund.reason) == ("succeeded", "paid_twice")
    assert world.balance("2150", payment.subject) == 500_00
    assert world.balance("2155") == 0
    assert world.purpose.told == [("settled", payment.public_id)]


def test_overdue_payment_is_ended_by_the_sweep(world: World):
    payment = world.ask_for(minutes=31)
    world.open_page(payment)
    never_opened = world.ask_for(minutes=31)

    operations.sweep(at=now() + timedelta(minutes=32))

    states = set(Payment.objects.values_list("state", flat=True))
    assert states == {"ended"}
    assert {told for _, told in world.purpose.told} == {payment.public_id, never_opened.public_id}


def test_lost_messages_are_healed_by_the_statement_and_an_alarm_is_raised(world: World):
    account = world.organisation
    paid = [world.ask_for(pence) for pence in (500_00, 25_00)]
    for payment in paid:
        world.pay(payment, card=AT_ONCE)
    world.standin.take_webhooks()

    young = reconcile(world, after=timedelta(0))
    healed = reconcile(world, after=timedelta(hours=1))
    again = reconcile(world, after=timedelta(hours=2))

    assert (young.lines, young.healed) == (2, 0)
    assert (healed.healed, healed.unexplained) == (2, 0)
    assert (again.healed, again.unexplained) == (0, 0)
    assert set(Payment.objects.values_list("state", flat=True)) == {"settled"}
    assert [item.code for item in AttentionItem.objects.all()] == ["messages_lost"]
    assert world.balance("1250") == world.provider_balance()
    assert account.public_id


def reconcile(world: World, *, after: timedelta) -> operations.Comparison:
    from payments.models import ProviderAccount

    account = ProviderAccount.objects.get(organisation=world.organisation)
    return operations.reconcile_account(account_id=account.pk, at=now() + after)


def test_clearing_account_equals_the_provider_at_the_month_end(world: World):
    payment = world.settle(500_00, card=AT_ONCE)
    world.settle(25_00)
    world.standin.add_float(20_00)
    world.refund(payment)
    world.work()
    reconcile(world, after=timedelta(hours=1))
    first = now().date().replace(day=1)
    next_month = (first + timedelta(days=32)).replace(day=1)

    red = list(find_clearing_problems(world.organisation.public_id, first, next_month))
    lines = BalanceTransaction.objects.count()
    reconcile(world, after=timedelta(days=40))
    green = list(find_clearing_problems(world.organisation.public_id, first, next_month))

    assert red == ["Stripe's statement has not been read for the whole month yet."]
    assert green == []
    assert lines == 4
    assert world.balance("1250") == world.provider_balance()
    assert world.balance("1200") == -20_00


def test_movement_that_nobody_asked_for_turns_the_control_red(world: World):
    payment = world.settle(500_00, card=AT_ONCE)
    charge = Receipt.objects.get(payment=payment).charge_id
    world.standin.client().v1.refunds.create({"charge": charge, "amount": 1_00}, {"stripe_account": "acct_tests"})
    reconcile(world, after=timedelta(days=40))
    first = now().date().replace(day=1)

    problems = list(
        find_clearing_problems(world.organisation.public_id, first, (first + timedelta(days=32)).replace(day=1))
    )

    assert len(problems) == 2
    assert "difference of £1.00" in problems[0]
    assert {"refund_elsewhere", "statement_line_unexplained"} == set(
        AttentionItem.objects.values_list("code", flat=True)
    )


@pytest.mark.parametrize("seed", [7, 2026])
def test_storm_of_shuffled_and_repeated_messages_ends_as_one_quiet_day(world: World, seed):
    dice = random.Random(seed)
    payments = [world.ask_for(dice.randrange(25_00, 1_000_00)) for _ in range(8)]
    for payment in payments:
        world.pay(payment, card=dice.choice([AT_ONCE, "4242424242424242"]))
    good = world.standin.take_webhooks()
    bodies = [one for one in good for _ in range(dice.randint(1, 5))]
    forged = [sign(event(id=f"evt_forged{n}"), secret="whsec_wrong") for n in range(6)]
    stale = [sign(event(id=f"evt_stale{n}"), age=400) for n in range(3)]
    unknown = [sign(event(id=f"evt_unknown{n}", type="radar.thing")) for n in range(3)]
    storm = [*bodies, *forged, *stale, *unknown]
    dice.shuffle(storm)

    statuses = world.post_webhooks(storm)
    world.work()

    assert statuses.count(400) == len(forged) + len(stale)
    assert statuses.count(200) == len(bodies) + len(unknown)
    assert ProviderEvent.objects.count() == len(good) + len(unknown)
    assert set(ProviderEventProgress.objects.values_list("state", flat=True)) == {"processed", "ignored"}
    assert Receipt.objects.count() == ProviderPosting.objects.count() == len(payments)
    assert world.balance("2150") == sum(payment.amount_pence for payment in payments)
    assert world.balance("1250") == world.provider_balance()


@pytest.mark.parametrize("pairs", [6])
def test_two_workers_with_the_same_event_at_the_same_instant_post_once(world: World, pairs):
    for _ in range(pairs):
        world.pay(world.ask_for())
    world.post_webhooks(world.standin.take_webhooks())
    event_ids = list(ProviderEvent.objects.filter(type="checkout.session.completed").values_list("pk", flat=True))
    failures: list[Exception] = []

    for event_id in event_ids:
        gate = threading.Barrier(2)

        def process(event_id: int = event_id, gate: threading.Barrier = gate) -> None:
            try:
                gate.wait()
                operations.process_event(event_id=event_id, at=now())
            except Exception as failure:
                failures.append(failure)
            finally:
                connection.close()

        workers = [threading.Thread(target=process) for _ in range(2)]
        [worker.start() for worker in workers]
        [worker.join() for worker in workers]

    assert failures == []
    assert Receipt.objects.count() == ProviderPosting.objects.count() == pairs
    assert len(world.purpose.told) == pairs


def test_two_deliveries_of_one_message_at_the_same_instant_are_stored_once(world: World):
    message = sign(event(type="customer.created"))
    gate = threading.Barrier(4)
    statuses: list[int] = []

    def deliver() -> None:
        from django.test import Client

        gate.wait()
        answer = Client().post(
            "/webhooks/stripe/",
            data=message["body"],
            content_type="application/json",
            headers={"stripe-signature": message["signature"]},
        )
        statuses.append(answer.status_code)
        connection.close()

    workers = [threading.Thread(target=deliver) for _ in range(4)]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]

    assert statuses == [200] * 4
    assert ProviderEvent.objects.count() == 1
