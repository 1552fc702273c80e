"""Objects as Stripe's API shows them, version 2026-05-27.dahlia."""

from collections.abc import Callable
from typing import Any

from standin.models import (
    Account,
    BalanceTransaction,
    Charge,
    CheckoutSession,
    Customer,
    Dispute,
    Event,
    PaymentIntent,
    Refund,
    StripeObject,
    TopUp,
)
from standin.shapes import accounts, balance, checkout, payments

API_VERSION = "2026-05-27.dahlia"

_SHAPES: dict[type, Callable[[Any], dict[str, Any]]] = {
    Account: accounts.show_account,
    Customer: accounts.show_customer,
    BalanceTransaction: balance.show_balance_transaction,
    TopUp: balance.show_top_up,
    Charge: payments.show_charge,
    PaymentIntent: payments.show_payment_intent,
    Refund: payments.show_refund,
    Dispute: payments.show_dispute,
    CheckoutSession: checkout.show_session,
}


def show(item: StripeObject | Account) -> dict[str, Any]:
    """Return the object as the API shows it, with ids where it may be expanded."""
    if isinstance(item, Event):
        return show_event(item)
    return _SHAPES[type(item)](item)


def show_event(event: Event) -> dict[str, Any]:
    """Return an event; that of a connected account names the account, as Connect webhooks do."""
    shown: dict[str, Any] = {
        "id": event.id,
        "object": "event",
        "api_version": API_VERSION,
        "created": event.created,
        "data": event.data,
        "livemode": False,
        "pending_webhooks": event.deliveries.filter(state__in=("waiting", "held")).count(),
        "request": {"id": event.request_id or None, "idempotency_key": event.idempotency_key or None},
        "type": event.type,
    }
    if not event.account.is_platform:
        shown["account"] = event.account_id
    return shown


def show_list(items: list[dict[str, Any]], *, url: str, has_more: bool) -> dict[str, Any]:
    """Return one page of a list."""
    return {"object": "list", "data": items, "has_more": has_more, "url": url}
