"""Charges, refunds, balances, disputes and float over the API."""

from typing import Any

from standin.acts import balance, disputes, refunds
from standin.api.finding import get_object, list_objects
from standin.api.parameters import Parameters
from standin.errors import StripeError, conflict, invalid, parameter_missing
from standin.models import Account, BalanceTransaction, Charge, Dispute, PaymentIntent, Refund, TopUp
from standin.shapes import show
from standin.shapes.balance import show_balance

REFUND_REASONS = ("duplicate", "fraudulent", "requested_by_customer")

Answer = dict[str, Any] | StripeError


def retrieve_charge(account: Account, parameters: Parameters, *, charge: str) -> Answer:
    """GET /v1/charges/{charge}."""
    parameters.refuse_unknown()
    return show(get_object(Charge, account, charge, param="id"))


def list_charges(account: Account, parameters: Parameters) -> Answer:
    """GET /v1/charges."""
    return list_objects(
        Charge,
        account,
        parameters,
        url="/v1/charges",
        payment_intent__id=parameters.text("payment_intent"),
        payment_intent__customer__id=parameters.text("customer"),
    )


def create_refund(account: Account, parameters: Parameters) -> Answer:
    """POST /v1/refunds, of a payment intent or a charge, whole or in part."""
    charge_id = parameters.text("charge")
    intent_id = parameters.text("payment_intent")
    amount = parameters.integer("amount", least=1)
    reason = parameters.choice("reason", REFUND_REASONS)
    metadata = parameters.metadata()
    parameters.accept("refund_application_fee", "reverse_transfer")
    parameters.refuse_unknown()
    if charge_id and intent_id:
        raise invalid("You may only specify one of these parameters: charge, payment_intent.", param="payment_intent")
    charge = _find_refundable(account, charge_id=charge_id, intent_id=intent_id)
    return show(refunds.request_refund(charge, amount=amount, reason=reason, metadata=metadata))


def _find_refundable(account: Account, *, charge_id: str, intent_id: str) -> Charge:
    if charge_id:
        return get_object(Charge, account, charge_id, param="charge")
    if not intent_id:
        raise parameter_missing("payment_intent")
    intent = get_object(PaymentIntent, account, intent_id, param="payment_intent")
    charge = intent.charges.filter(status="succeeded").first()
    if charge is None:
        message = f"This PaymentIntent ({intent.id}) does not have a successful charge to refund."
        raise conflict(message, code="payment_intent_unexpected_state", param="payment_intent")
    return charge


def retrieve_refund(account: Account, parameters: Parameters, *, refund: str) -> Answer:
    """GET /v1/refunds/{refund}."""
    parameters.refuse_unknown()
    return show(get_object(Refund, account, refund, param="id"))


def list_refunds(account: Account, parameters: Parameters) -> Answer:
    """GET /v1/refunds."""
    return list_objects(
        Refund,
        account,
        parameters,
        url="/v1/refunds",
        charge__id=parameters.text("charge"),
        charge__payment_intent__id=parameters.text("payment_intent"),
    )


def retrieve_balance(account: Account, parameters: Parameters) -> Answer:
    """GET /v1/balance."""
    parameters.refuse_unknown()
    available, pending = balance.compute_balance(account)
    return show_balance(available=available, pending=pending)


def retrieve_transaction(account: Account, parameters: Parameters, *, transaction: str) -> Answer:
    """GET /v1/balance_transactions/{id}."""
    parameters.refuse_unknown()
    return show(get_object(BalanceTransaction, account, transaction, param="id"))


def list_transactions(account: Account, parameters: Parameters) -> Answer:
    """GET /v1/balance_transactions."""
    return list_objects(
        BalanceTransaction,
        account,
        parameters,
        url="/v1/balance_transactions",
        type=parameters.text("type"),
        source=parameters.text("source"),
        currency=parameters.text("currency").lower(),
    )


def retrieve_dispute(account: Account, parameters: Parameters, *, dispute: str) -> Answer:
    """GET /v1/disputes/{dispute}."""
    parameters.refuse_unknown()
    return show(get_object(Dispute, account, dispute, param="id"))


def list_disputes(account: Account, parameters: Parameters) -> Answer:
    """GET /v1/disputes."""
    return list_objects(
        Dispute,
        account,
        parameters,
        url="/v1/disputes",
        charge__id=parameters.text("charge"),
        charge__payment_intent__id=parameters.text("payment_intent"),
    )


def close_dispute(account: Account, parameters: Parameters, *, dispute: str) -> Answer:
    """POST /v1/disputes/{dispute}/close: give in, which loses it."""
    parameters.refuse_unknown()
    found = get_object(Dispute, account, dispute, param="id")
    return show(disputes.close_dispute(found, is_won=False))


def create_top_up(account: Account, parameters: Parameters) -> Answer:
    """POST /v1/topups: float that arrives at once."""
    amount = parameters.required_integer("amount", least=1)
    if parameters.text("currency", is_required=True).lower() != "gbp":
        raise invalid("This stand-in knows only gbp.", param="currency")
    description = parameters.text("description")
    metadata = parameters.metadata()
    parameters.refuse_unknown()
    top_up = balance.add_float(account, amount=amount, description=description)
    top_up.metadata = metadata
    top_up.save()
    return show(top_up)


def retrieve_top_up(account: Account, parameters: Parameters, *, topup: str) -> Answer:
    """GET /v1/topups/{topup}."""
    parameters.refuse_unknown()
    return show(get_object(TopUp, account, topup, param="id"))


def list_top_ups(account: Account, parameters: Parameters) -> Answer:
    """GET /v1/topups."""
    return list_objects(TopUp, account, parameters, url="/v1/topups")
