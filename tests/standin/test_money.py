"""Fees, balances, refunds, disputes and float: exact pence, every reply checked against Stripe's document."""

from __future__ import annotations

import pytest
import stripe

from tests.standin.acts import OPTIONS, balance_of, buy, open_session
from tests.standin.process import ACCOUNT, Standin


def test_charge_of_five_hundred_pounds_costs_seven_pounds_seventy(standin: Standin, client: stripe.StripeClient):
    intent = buy(standin, client, 50_000)

    movement = intent.latest_charge.balance_transaction
    assert (movement.amount, movement.fee, movement.net) == (50_000, 770, 49_230)
    assert [(fee.amount, fee.type, fee.description) for fee in movement.fee_details] == [
        (770, "stripe_fee", "Stripe processing fees")
    ]
    assert (movement.type, movement.reporting_category, movement.status) == ("charge", "charge", "pending")
    assert movement.source == intent.latest_charge.id


@pytest.mark.parametrize(
    ("amount", "fee"),
    [(30, 20), (33, 20), (34, 21), (100, 22), (1_000, 35), (2_500, 58), (10_001, 170), (100_000_00 - 1, 150_020)],
)
def test_percentage_is_rounded_half_up_once(standin: Standin, client: stripe.StripeClient, amount: int, fee: int):
    intent = buy(standin, client, amount)

    assert intent.latest_charge.balance_transaction.fee == fee


def test_money_is_pending_until_three_days_have_passed(standin: Standin, client: stripe.StripeClient):
    buy(standin, client, 50_000)
    assert balance_of(client) == (0, 49_230)

    standin.move_clock(seconds=3 * 86_400 - 60)
    assert balance_of(client) == (0, 49_230)

    standin.move_clock(seconds=60)
    assert balance_of(client) == (49_230, 0)


def test_money_from_the_card_that_skips_the_wait_is_available(standin: Standin, client: stripe.StripeClient):
    buy(standin, client, 10_000, card="4000000000000077")

    assert balance_of(client) == (9_830, 0)


def test_wait_for_money_can_be_set(standin: Standin, client: stripe.StripeClient):
    standin.control("settings", available_after_days=0)

    buy(standin, client, 10_000)

    assert balance_of(client) == (9_830, 0)


def test_full_refund_exceeds_what_the_charge_left_in_the_balance(standin: Standin, client: stripe.StripeClient):
    intent = buy(standin, client, 50_000)
    standin.move_clock(days=3)

    refund = client.v1.refunds.create({"payment_intent": intent.id, "metadata": {"run": "1"}}, OPTIONS)

    assert (refund.status, refund.pending_reason, refund.balance_transaction) == ("pending", "insufficient_funds", None)
    assert balance_of(client) == (49_230, 0)


def test_waiting_refund_is_paid_when_the_missing_float_comes(standin: Standin, client: stripe.StripeClient):
    intent = buy(standin, client, 50_000)
    standin.move_clock(days=3)
    refund = client.v1.refunds.create({"payment_intent": intent.id}, OPTIONS)

    standin.add_float(769)
    assert client.v1.refunds.retrieve(refund.id, {}, OPTIONS).status == "pending"
    standin.add_float(1)

    paid = client.v1.refunds.retrieve(refund.id, {"expand": ["balance_transaction", "charge"]}, OPTIONS)
    assert paid.status == "succeeded"
    assert (paid.balance_transaction.amount, paid.balance_transaction.fee) == (-50_000, 0)
    assert (paid.charge.amount_refunded, paid.charge.refunded) == (50_000, True)
    assert balance_of(client) == (0, 0)


def test_waiting_refunds_are_paid_oldest_first_as_money_becomes_available(
    standin: Standin, client: stripe.StripeClient
):
    intents = [buy(standin, client, 10_000) for _ in range(3)]
    refunds = [client.v1.refunds.create({"payment_intent": intent.id}, OPTIONS) for intent in intents]
    assert [refund.status for refund in refunds] == ["pending"] * 3

    standin.move_clock(days=3)

    states = [client.v1.refunds.retrieve(refund.id, {}, OPTIONS).status for refund in refunds]
    assert states == ["succeeded", "succeeded", "pending"]
    # Three charges of £100 leave £98.30 each; two refunds take £200.
    assert balance_of(client) == (3 * 9_830 - 20_000, 0)


def test_part_refunds_add_up_to_the_charge_and_no_further(standin: Standin, client: stripe.StripeClient):
    standin.add_float(100_000)
    intent = buy(standin, client, 50_000)

    client.v1.refunds.create({"charge": intent.latest_charge.id, "amount": 20_000}, OPTIONS)
    with pytest.raises(stripe.InvalidRequestError) as too_much:
        client.v1.refunds.create({"charge": intent.latest_charge.id, "amount": 30_001}, OPTIONS)
    client.v1.refunds.create({"charge": intent.latest_charge.id}, OPTIONS)
    with pytest.raises(stripe.InvalidRequestError) as once_more:
        client.v1.refunds.create({"charge": intent.latest_charge.id}, OPTIONS)

    assert too_much.value.user_message == (
        "Refund amount (£300.01) is greater than unrefunded amount on charge (£300.00)"
    )
    assert once_more.value.code == "charge_already_refunded"
    listed = client.v1.refunds.list({"payment_intent": intent.id}, OPTIONS)
    assert [refund.amount for refund in listed.data] == [30_000, 20_000]
    assert balance_of(client) == (50_000, 49_230)


def test_account_with_direct_debit_lets_its_balance_go_negative(standin: Standin, client: stripe.StripeClient):
    standin.add_account(ACCOUNT, short_refunds="debit")
    intent = buy(standin, client, 50_000)
    standin.move_clock(days=3)

    refund = client.v1.refunds.create({"payment_intent": intent.id}, OPTIONS)

    assert refund.status == "succeeded"
    assert balance_of(client) == (-770, 0)


def test_account_told_to_refuse_makes_no_refund(standin: Standin, client: stripe.StripeClient):
    standin.add_account(ACCOUNT, short_refunds="refuse")
    intent = buy(standin, client, 50_000)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent.id}, OPTIONS)

    assert refused.value.code == "balance_insufficient"
    assert client.v1.refunds.list({}, OPTIONS).data == []
    assert client.v1.charges.retrieve(intent.latest_charge.id, {}, OPTIONS).amount_refunded == 0


def test_failed_refund_brings_the_money_back(standin: Standin, client: stripe.StripeClient):
    standin.add_float(50_000)
    intent = buy(standin, client, 50_000)
    refund = client.v1.refunds.create({"payment_intent": intent.id}, OPTIONS)
    assert balance_of(client) == (0, 49_230)

    standin.control(f"refunds/{refund.id}/fail", reason="lost_or_stolen_card")

    failed = client.v1.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction"]}, OPTIONS)
    assert (failed.status, failed.failure_reason) == ("failed", "lost_or_stolen_card")
    assert failed.failure_balance_transaction.amount == 50_000
    assert client.v1.charges.retrieve(intent.latest_charge.id, {}, OPTIONS).amount_refunded == 0
    assert balance_of(client) == (50_000, 49_230)


@pytest.mark.parametrize(
    ("card", "first", "after_a_day"),
    [("4000000000005126", "succeeded", "failed"), ("4000000000007726", "pending", "succeeded")],
)
def test_slow_cards_change_their_refund_a_day_later(
    standin: Standin, client: stripe.StripeClient, card: str, first: str, after_a_day: str
):
    standin.add_float(50_000)
    intent = buy(standin, client, 50_000, card=card)

    refund = client.v1.refunds.create({"payment_intent": intent.id}, OPTIONS)
    assert refund.status == first
    standin.move_clock(days=1)

    assert client.v1.refunds.retrieve(refund.id, {}, OPTIONS).status == after_a_day


def test_dispute_takes_amount_and_fee_in_one_movement(standin: Standin, client: stripe.StripeClient):
    intent = buy(standin, client, 50_000)

    opened = standin.control("disputes", payment_intent=intent.id, reason="product_not_received")

    dispute = client.v1.disputes.retrieve(opened["id"], {"expand": ["charge", "payment_intent"]}, OPTIONS)
    assert (dispute.status, dispute.amount, dispute.reason) == ("needs_response", 50_000, "product_not_received")
    [movement] = dispute.balance_transactions
    assert (movement.amount, movement.fee, movement.net) == (-50_000, 2_000, -52_000)
    assert (movement.type, movement.reporting_category) == ("adjustment", "dispute")
    assert dispute.charge.disputed is True
    assert balance_of(client) == (-52_000, 49_230)


def test_won_dispute_brings_the_amount_back_and_keeps_the_fee(standin: Standin, client: stripe.StripeClient):
    intent = buy(standin, client, 50_000)
    opened = standin.control("disputes", charge=intent.latest_charge.id)

    standin.control(f"disputes/{opened['id']}/close", outcome="won")

    dispute = client.v1.disputes.retrieve(opened["id"], {}, OPTIONS)
    assert dispute.status == "won"
    assert [movement.net for movement in dispute.balance_transactions] == [-52_000, 50_000]
    assert balance_of(client) == (-2_000, 49_230)


def test_lost_dispute_moves_no_more_money(standin: Standin, client: stripe.StripeClient):
    intent = buy(standin, client, 50_000)
    opened = standin.control("disputes", charge=intent.latest_charge.id)

    lost = client.v1.disputes.close(opened["id"], {}, OPTIONS)

    assert lost.status == "lost"
    assert balance_of(client) == (-52_000, 49_230)


def test_disputed_card_is_disputed_right_after_the_payment(standin: Standin, client: stripe.StripeClient):
    intent = buy(standin, client, 50_000, card="4000000000000259")

    [dispute] = client.v1.disputes.list({"payment_intent": intent.id}, OPTIONS).data
    assert (dispute.amount, dispute.reason, dispute.status) == (50_000, "fraudulent", "needs_response")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent.id}, OPTIONS)
    assert refused.value.code == "charge_disputed"


def test_top_up_adds_float_that_is_available_at_once(standin: Standin, client: stripe.StripeClient):
    top_up = client.v1.topups.create(
        {"amount": 1_000, "currency": "gbp", "description": "Float", "expand": ["balance_transaction"]}, OPTIONS
    )

    assert (top_up.status, top_up.balance_transaction.net) == ("succeeded", 1_000)
    assert client.v1.topups.retrieve(top_up.id, {}, OPTIONS).amount == 1_000
    assert balance_of(client) == (1_000, 0)


def test_movements_of_the_balance_add_up_to_the_balance(standin: Standin, client: stripe.StripeClient):
    standin.add_float(12_345)
    first, second = buy(standin, client, 50_000), buy(standin, client, 7_777)
    client.v1.refunds.create({"payment_intent": second.id}, OPTIONS)
    standin.control("disputes", payment_intent=first.id)

    movements = client.v1.balance_transactions.list({"limit": 100}, OPTIONS).data

    assert sum(movement.net for movement in movements) == sum(balance_of(client))
    assert [movement.type for movement in movements] == ["adjustment", "refund", "charge", "charge", "topup"]


def test_session_sells_several_things_and_lists_them(standin: Standin, client: stripe.StripeClient):
    lines = [
        {"quantity": n, "price_data": {"currency": "gbp", "unit_amount": p, "product_data": {"name": name}}}
        for n, p, name in [(10, 5_000, "Shares"), (1, 250, "Gift")]
    ]

    session = open_session(client, line_items=lines, expand=["line_items"])

    assert session.amount_total == 50_250
    assert [(line.description, line.amount_total) for line in session.line_items.data] == [
        ("Shares", 50_000),
        ("Gift", 250),
    ]
    assert len(client.v1.checkout.sessions.line_items.list(session.id, {}, OPTIONS).data) == 2
