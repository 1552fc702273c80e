"""Small acts that the tests of the stand-in share."""

from __future__ import annotations

from typing import Any

import stripe

from tests.standin.process import ACCOUNT, Standin

OPTIONS: dict[str, Any] = {"stripe_account": ACCOUNT}


def session_parameters(amount: int = 50_000, **changes: Any) -> dict[str, Any]:
    """The smallest request for a Checkout Session that sells one thing."""
    return {
        "mode": "payment",
        "success_url": "http://127.0.0.1:9/paid?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/cancelled",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {"currency": "gbp", "unit_amount": amount, "product_data": {"name": "Shares"}},
            }
        ],
        **changes,
    }


def open_session(client: stripe.StripeClient, amount: int = 50_000, **changes: Any) -> Any:
    return client.v1.checkout.sessions.create(session_parameters(amount, **changes), OPTIONS)


def buy(standin: Standin, client: stripe.StripeClient, amount: int = 50_000, card: str = "4242424242424242") -> Any:
    """Open a session, pay it, and return the payment intent with its charge and its movement."""
    session = open_session(client, amount)
    standin.pay(session.id, card=card)
    paid = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge.balance_transaction"]}, OPTIONS
    )
    return paid.payment_intent


def balance_of(client: stripe.StripeClient, options: dict[str, Any] = OPTIONS) -> tuple[int, int]:
    """Available and pending pence."""
    balance = client.v1.balance.retrieve({}, options)
    return balance.available[0].amount, balance.pending[0].amount
