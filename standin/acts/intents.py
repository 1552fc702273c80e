"""Payment intents: made, confirmed with a practice card, cancelled."""

from typing import Any

from standin import clock
from standin.acts import balance, disputes, events
from standin.cards import DECLINE_MESSAGES, Card, find_card
from standin.errors import StripeError, conflict
from standin.models import Account, Charge, Customer, PaymentIntent
from standin.store import new_id

OPEN_STATES = ("requires_payment_method", "requires_confirmation", "requires_action")


def make_intent(
    account: Account,
    *,
    amount: int,
    currency: str,
    customer: Customer | None = None,
    description: str = "",
    metadata: dict[str, str] | None = None,
    receipt_email: str = "",
    statement_descriptor_suffix: str = "",
) -> PaymentIntent:
    """Make a payment intent that waits for a card."""
    intent_id = new_id("pi")
    intent = PaymentIntent.objects.create(
        id=intent_id,
        account=account,
        created=clock.now(),
        amount=amount,
        currency=currency,
        customer=customer,
        description=description,
        metadata=metadata or {},
        receipt_email=receipt_email,
        statement_descriptor_suffix=statement_descriptor_suffix,
        client_secret=f"{intent_id}_{new_id('secret')}",
    )
    events.record("payment_intent.created", intent)
    return intent


def present_card(intent: PaymentIntent, card: Card) -> None:
    """Try to pay an intent with a card: it succeeds, is declined or asks the holder for confirmation."""
    intent.card_number = card.number
    intent.last_payment_error = None
    if card.needs_confirmation:
        intent.status = "requires_action"
        intent.save()
        events.record("payment_intent.requires_action", intent)
        return
    charge_card(intent, card)


def finish_confirmation(intent: PaymentIntent, *, is_confirmed: bool) -> None:
    """Take the holder's answer to their bank's question (3D Secure)."""
    if intent.status != "requires_action":
        return
    card = find_card(intent.card_number)
    assert card is not None, "an intent asks for confirmation only after it has seen a practice card"
    if is_confirmed:
        charge_card(intent, card)
        return
    intent.status = "requires_payment_method"
    intent.last_payment_error = {
        "code": "payment_intent_authentication_failure",
        "doc_url": "https://stripe.com/docs/error-codes/payment-intent-authentication-failure",
        "message": "We are unable to authenticate your payment method. "
        "Please choose a different payment method and try again.",
        "type": "invalid_request_error",
    }
    intent.save()
    events.record("payment_intent.payment_failed", intent)


def charge_card(intent: PaymentIntent, card: Card) -> Charge:
    """Charge the card: money into the balance, or a failed charge and the reason on the intent."""
    charge = Charge(
        id=new_id("ch"),
        account=intent.account,
        created=clock.now(),
        payment_intent=intent,
        amount=intent.amount,
        currency=intent.currency,
        metadata=dict(intent.metadata),
        card_number=card.number,
        payment_method=new_id("pm"),
        status="failed" if card.decline_code else "succeeded",
    )
    intent.latest_charge = charge.id
    if card.decline_code:
        return _record_decline(intent, charge, card)

    charge.save()
    charge.balance_transaction = balance.take_charge(charge, is_available_at_once=card.available_at_once)
    charge.save()
    intent.status = "succeeded"
    intent.save()
    events.record("charge.succeeded", charge)
    events.record("payment_intent.succeeded", intent)
    if card.disputed:
        disputes.open_dispute(charge, reason="fraudulent")
    return charge


def _record_decline(intent: PaymentIntent, charge: Charge, card: Card) -> Charge:
    charge.failure_code = card.error_code
    charge.failure_message = DECLINE_MESSAGES[card.decline_code]
    charge.decline_code = card.decline_code
    charge.save()
    intent.status = "requires_payment_method"
    intent.last_payment_error = {**_decline_facts(charge), "message": charge.failure_message, "type": "card_error"}
    intent.save()
    events.record("charge.failed", charge)
    events.record("payment_intent.payment_failed", intent)
    return charge


def _decline_facts(charge: Charge) -> dict[str, Any]:
    return {
        "charge": charge.id,
        "code": charge.failure_code,
        "decline_code": charge.decline_code,
        "doc_url": f"https://stripe.com/docs/error-codes/{charge.failure_code.replace('_', '-')}",
    }


def card_error(intent: PaymentIntent, shown_intent: dict[str, Any]) -> StripeError:
    """Return the 402 that the API answers when a confirmed intent was declined."""
    error = intent.last_payment_error
    assert error is not None, "a decline leaves its reason on the intent"
    facts = {key: value for key, value in error.items() if key not in ("message", "type", "code", "doc_url")}
    return StripeError(
        402, error["message"], type=error["type"], code=error["code"], payment_intent=shown_intent, **facts
    )


def cancel_intent(intent: PaymentIntent, *, reason: str) -> None:
    """Cancel an intent that has not succeeded.

    Raises:
        StripeError: it has succeeded, or is cancelled already.
    """
    if intent.status not in OPEN_STATES:
        message = (
            f"You cannot cancel this PaymentIntent because it has a status of {intent.status}. Only a PaymentIntent "
            "with one of the following statuses may be canceled: requires_payment_method, requires_capture, "
            "requires_confirmation, requires_action, processing."
        )
        raise conflict(message, code="payment_intent_unexpected_state")
    intent.status = "canceled"
    intent.cancellation_reason = reason
    intent.canceled_at = clock.now()
    intent.save()
    events.record("payment_intent.canceled", intent)
