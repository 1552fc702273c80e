"""Checkout Sessions and payment intents over the API."""

import re
from typing import Any
from urllib.parse import urlsplit

from standin import clock
from standin.acts import checkout, intents
from standin.api.finding import get_object, list_objects
from standin.api.parameters import Parameters
from standin.cards import find_card
from standin.errors import StripeError, conflict, invalid, parameter_missing
from standin.models import Account, CheckoutSession, Customer, PaymentIntent
from standin.shapes import show, show_list
from standin.shapes.checkout import show_line_items

LEAST_CHARGE_PENCE = 30
MOST_CHARGE_PENCE = 99_999_999
SHORTEST_SESSION_SECONDS = 30 * 60
LONGEST_SESSION_SECONDS = 24 * 60 * 60
# A request that asks for exactly thirty minutes was made a moment before it arrives.
SLACK_SECONDS = 60
CANCELLATION_REASONS = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")

Answer = dict[str, Any] | StripeError


def create_session(account: Account, parameters: Parameters) -> Answer:
    """POST /v1/checkout/sessions: hosted pages that take one payment in pounds."""
    if parameters.text("mode", is_required=True) != "payment":
        raise invalid("This stand-in knows only mode=payment.", param="mode")
    if parameters.choice("ui_mode", ("hosted_page",)) == "":
        parameters.accept("ui_mode")
    lines = _read_lines(parameters)
    customer = _read_customer(account, parameters)
    fields = {
        "line_items": lines,
        "success_url": _read_return_address(parameters, "success_url", is_required=True),
        "cancel_url": _read_return_address(parameters, "cancel_url"),
        "client_reference_id": parameters.text("client_reference_id", longest=200),
        "customer_email": parameters.text("customer_email", longest=800),
        "locale": parameters.text("locale"),
        "submit_type": parameters.choice("submit_type", ("auto", "book", "donate", "pay", "subscribe")),
        "payment_method_types": _read_method_types(parameters),
        "metadata": parameters.metadata(),
        "payment_intent_data": _read_intent_data(parameters.level("payment_intent_data")),
        "expires_at": _read_expiry(parameters),
    }
    parameters.accept("billing_address_collection", "customer_creation", "payment_method_options")
    parameters.refuse_unknown()
    if not account.charges_enabled:
        raise conflict("Your account cannot currently make live charges.", code="account_invalid")
    return show(checkout.open_session(account, customer=customer, **fields))


def _read_lines(parameters: Parameters) -> list[dict[str, Any]]:
    lines = []
    for item in parameters.levels("line_items"):
        data = item.level("price_data")
        product = data.level("product_data")
        currency = data.text("currency", is_required=True).lower()
        if currency != "gbp":
            raise invalid(f"Invalid currency: {currency}. This stand-in knows only gbp.", param=data.name("currency"))
        unit_amount = data.required_integer("unit_amount", most=MOST_CHARGE_PENCE)
        line: dict[str, Any] = {
            "name": product.text("name", is_required=True),
            "unit_amount": unit_amount,
            "quantity": item.required_integer("quantity", least=1),
        }
        product.accept("description", "images", "metadata", "tax_code")
        data.accept("tax_behavior")
        lines.append(line)
    if not lines:
        raise parameter_missing("line_items")
    _check_amount(sum(line["unit_amount"] * line["quantity"] for line in lines), param="line_items")
    return lines


def _check_amount(amount: int, *, param: str) -> None:
    if amount < LEAST_CHARGE_PENCE:
        raise invalid("Amount must be at least £0.30 gbp", param=param, code="amount_too_small")
    if amount > MOST_CHARGE_PENCE:
        raise invalid("Amount must be no more than £999,999.99", param=param, code="amount_too_large")


def _read_return_address(parameters: Parameters, key: str, *, is_required: bool = False) -> str:
    value = parameters.text(key, is_required=is_required)
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise invalid("Not a valid URL", param=key, code="url_invalid")
    return value


def _read_customer(account: Account, parameters: Parameters) -> Customer | None:
    customer_id = parameters.text("customer")
    return get_object(Customer, account, customer_id, param="customer") if customer_id else None


def _read_method_types(parameters: Parameters) -> list[str]:
    types = parameters.texts("payment_method_types")
    if any(type_ != "card" for type_ in types):
        raise invalid("This stand-in knows only cards.", param="payment_method_types")
    return types


def _read_intent_data(data: Parameters) -> dict[str, Any]:
    return {
        "description": data.text("description", longest=1000),
        "metadata": data.metadata(),
        "receipt_email": data.text("receipt_email"),
        "statement_descriptor_suffix": _read_suffix(data),
    }


def _read_suffix(parameters: Parameters) -> str:
    suffix = parameters.text("statement_descriptor_suffix", longest=22)
    if suffix and (re.search(r"[<>\\'\"*]", suffix) or not re.search(r"[A-Za-z]", suffix)):
        message = "The statement descriptor suffix must contain a letter and none of < > \\ ' \" *."
        raise invalid(message, param=parameters.name("statement_descriptor_suffix"))
    return suffix


def _read_expiry(parameters: Parameters) -> int:
    now = clock.now()
    expires_at = parameters.integer("expires_at")
    if expires_at is None:
        return now + LONGEST_SESSION_SECONDS
    if expires_at < now + SHORTEST_SESSION_SECONDS - SLACK_SECONDS:
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise invalid(message, param="expires_at")
    if expires_at > now + LONGEST_SESSION_SECONDS + SLACK_SECONDS:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise invalid(message, param="expires_at")
    return expires_at


def retrieve_session(account: Account, parameters: Parameters, *, session: str) -> Answer:
    """GET /v1/checkout/sessions/{session}."""
    parameters.refuse_unknown()
    return show(get_object(CheckoutSession, account, session, param="session"))


def list_sessions(account: Account, parameters: Parameters) -> Answer:
    """GET /v1/checkout/sessions."""
    return list_objects(
        CheckoutSession,
        account,
        parameters,
        url="/v1/checkout/sessions",
        payment_intent__id=parameters.text("payment_intent"),
        customer__id=parameters.text("customer"),
        status=parameters.choice("status", ("open", "complete", "expired")),
    )


def list_session_lines(account: Account, parameters: Parameters, *, session: str) -> Answer:
    """GET /v1/checkout/sessions/{session}/line_items."""
    found = get_object(CheckoutSession, account, session, param="session")
    parameters.accept("limit")
    parameters.refuse_unknown()
    return show_list(show_line_items(found), url=f"/v1/checkout/sessions/{session}/line_items", has_more=False)


def expire_session(account: Account, parameters: Parameters, *, session: str) -> Answer:
    """POST /v1/checkout/sessions/{session}/expire."""
    parameters.refuse_unknown()
    found = get_object(CheckoutSession, account, session, param="session")
    checkout.expire_session(found)
    return show(found)


def create_intent(account: Account, parameters: Parameters) -> Answer:
    """POST /v1/payment_intents, with `confirm=true` and a `pm_card_...` name if wanted."""
    amount = parameters.required_integer("amount", least=1)
    currency = parameters.text("currency", is_required=True).lower()
    if currency != "gbp":
        raise invalid(f"Invalid currency: {currency}. This stand-in knows only gbp.", param="currency")
    _check_amount(amount, param="amount")
    customer = _read_customer(account, parameters)
    fields: dict[str, Any] = {
        "description": parameters.text("description", longest=1000),
        "metadata": parameters.metadata(),
        "receipt_email": parameters.text("receipt_email"),
        "statement_descriptor_suffix": _read_suffix(parameters),
    }
    is_confirmed = parameters.boolean("confirm")
    payment_method = parameters.text("payment_method")
    return_url = parameters.url("return_url")
    parameters.accept("automatic_payment_methods", "confirmation_method")
    _read_method_types(parameters)
    parameters.refuse_unknown()

    intent = intents.make_intent(account, amount=amount, currency=currency, customer=customer, **fields)
    if is_confirmed:
        return _confirm(intent, payment_method=payment_method, return_url=return_url)
    return show(intent)


def confirm_intent(account: Account, parameters: Parameters, *, intent: str) -> Answer:
    """POST /v1/payment_intents/{intent}/confirm, with one of Stripe's `pm_card_...` test payment methods."""
    found = get_object(PaymentIntent, account, intent, param="intent")
    payment_method = parameters.text("payment_method")
    return_url = parameters.url("return_url")
    parameters.refuse_unknown()
    if found.status not in intents.OPEN_STATES:
        message = f"This PaymentIntent's status is {found.status}, so it cannot be confirmed."
        raise conflict(message, code="payment_intent_unexpected_state")
    return _confirm(found, payment_method=payment_method, return_url=return_url)


def _confirm(intent: PaymentIntent, *, payment_method: str, return_url: str) -> Answer:
    if not payment_method:
        raise parameter_missing("payment_method")
    card = find_card(payment_method)
    if card is None:
        message = f"No such PaymentMethod: '{payment_method}'"
        raise StripeError(404, message, code="resource_missing", param="payment_method")
    intent.return_url = return_url
    intents.present_card(intent, card)
    if intent.last_payment_error is not None:
        # The decline is a fact that stays, so the refusal is returned, not raised.
        return intents.card_error(intent, show(intent))
    return show(intent)


def retrieve_intent(account: Account, parameters: Parameters, *, intent: str) -> Answer:
    """GET /v1/payment_intents/{intent}."""
    parameters.refuse_unknown()
    return show(get_object(PaymentIntent, account, intent, param="intent"))


def list_intents(account: Account, parameters: Parameters) -> Answer:
    """GET /v1/payment_intents."""
    customer = parameters.text("customer")
    return list_objects(PaymentIntent, account, parameters, url="/v1/payment_intents", customer__id=customer)


def cancel_intent(account: Account, parameters: Parameters, *, intent: str) -> Answer:
    """POST /v1/payment_intents/{intent}/cancel; an intent of a Checkout Session ends by expiring the session."""
    found = get_object(PaymentIntent, account, intent, param="intent")
    reason = parameters.choice("cancellation_reason", CANCELLATION_REASONS)
    parameters.refuse_unknown()
    if found.sessions.exists():
        message = "You cannot cancel the PaymentIntent of a Checkout Session. Expire the Checkout Session instead."
        raise conflict(message, code="payment_intent_unexpected_state")
    intents.cancel_intent(found, reason=reason)
    return show(found)
