"""A purchase through the official library: every request and every reply checked against Stripe's document."""

from __future__ import annotations

from tests.standin.process import ACCOUNT, Standin
from tests.stripe_spec.client import SpecCheckedClient

OPTIONS = {"stripe_account": ACCOUNT}


def test_paid_session_shows_charge_and_fee_and_balance(standin: Standin, spec_client: SpecCheckedClient):
    api = standin.client(http_client=spec_client).v1
    session = api.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": "http://127.0.0.1/ok?s={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://127.0.0.1/no",
            "client_reference_id": "pay_1",
            "customer_email": "ada@example.org",
            "metadata": {"payment": "pay_1"},
            "line_items": [
                {
                    "quantity": 10,
                    "price_data": {"currency": "gbp", "unit_amount": 5000, "product_data": {"name": "Shares"}},
                }
            ],
            "payment_intent_data": {"metadata": {"payment": "pay_1"}, "statement_descriptor_suffix": "FOX SHARES"},
        },
        OPTIONS,
    )

    standin.pay(session.id)

    paid = api.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge.balance_transaction", "line_items"]}, OPTIONS
    )
    assert (paid.status, paid.payment_status, paid.amount_total) == ("complete", "paid", 50000)
    movement = paid.payment_intent.latest_charge.balance_transaction
    assert (movement.amount, movement.fee, movement.net) == (50000, 770, 49230)
    balance = api.balance.retrieve({}, OPTIONS)
    assert (balance.available[0].amount, balance.pending[0].amount) == (0, 49230)
