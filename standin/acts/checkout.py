"""Checkout: sessions opened by the API, paid on the hosted page, expired by the API or by time."""

from dataclasses import dataclass
from typing import Any

from standin import clock
from standin.acts import events, intents
from standin.cards import Card
from standin.errors import conflict
from standin.models import Account, CheckoutSession, Customer
from standin.store import new_id


@dataclass(frozen=True, kw_only=True)
class Payer:
    """What the payer typed on the hosted page beside the card."""

    name: str = ""
    email: str = ""
    postcode: str = ""


def open_session(account: Account, *, customer: Customer | None, **fields: Any) -> CheckoutSession:
    """Open a Checkout Session; `fields` are the columns that the API's parameters were read into."""
    line_items = [
        {**line, "id": new_id("li"), "price_id": new_id("price"), "product_id": new_id("prod")}
        for line in fields.pop("line_items")
    ]
    return CheckoutSession.objects.create(
        id=new_id("cs_test"),
        account=account,
        created=clock.now(),
        customer=customer,
        line_items=line_items,
        amount_total=sum(line["unit_amount"] * line["quantity"] for line in line_items),
        **fields,
    )


def pay(session: CheckoutSession, *, card: Card, payer: Payer) -> None:
    """Pay an open session with a card. What came of it stands on the session and its intent afterwards.

    Raises:
        StripeError: the session is not open.
    """
    _check_open(session, act="paid")
    if session.payment_intent is None:
        session.payment_intent = _make_intent(session)
    intent = session.payment_intent
    session.payer_name = payer.name
    session.payer_email = payer.email or session.customer_email
    session.payer_postcode = payer.postcode
    session.save()
    intent.payer_name = session.payer_name
    intent.payer_email = session.payer_email
    intents.present_card(intent, card)
    complete_if_paid(session)


def _make_intent(session: CheckoutSession) -> Any:
    data = session.payment_intent_data
    return intents.make_intent(
        session.account,
        amount=session.amount_total,
        currency=session.currency,
        customer=session.customer,
        description=data.get("description", ""),
        metadata=data.get("metadata", {}),
        receipt_email=data.get("receipt_email", ""),
        statement_descriptor_suffix=data.get("statement_descriptor_suffix", ""),
    )


def finish_confirmation(session: CheckoutSession, *, is_confirmed: bool) -> None:
    """Take the payer's answer on the page of their bank (3D Secure).

    Raises:
        StripeError: the session is not open.
    """
    _check_open(session, act="paid")
    if session.payment_intent is not None:
        intents.finish_confirmation(session.payment_intent, is_confirmed=is_confirmed)
        complete_if_paid(session)


def complete_if_paid(session: CheckoutSession) -> None:
    """Complete an open session whose intent has succeeded."""
    intent = session.payment_intent
    if session.status == "open" and intent is not None and intent.status == "succeeded":
        session.status = "complete"
        session.payment_status = "paid"
        session.save()
        events.record("checkout.session.completed", session)


def expire_session(session: CheckoutSession) -> None:
    """Expire an open session: its page takes no more money, and its intent is cancelled.

    Raises:
        StripeError: the session is not open.
    """
    _check_open(session, act="expired")
    session.status = "expired"
    session.save()
    intent = session.payment_intent
    if intent is not None and intent.status in intents.OPEN_STATES:
        intents.cancel_intent(intent, reason="expired")
    events.record("checkout.session.expired", session)


def _check_open(session: CheckoutSession, *, act: str) -> None:
    if session.status != "open":
        message = (
            f'Only Checkout Sessions with a status in ["open"] can be {act}. '
            f"This Checkout Session has a status of {session.status}."
        )
        raise conflict(message, code="checkout_session_not_open")
