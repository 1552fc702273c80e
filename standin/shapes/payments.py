"""Payment intents, charges, refunds and disputes."""

from typing import Any

from django.conf import settings

from standin.cards import Card, find_card
from standin.models import BalanceTransaction, Charge, Dispute, PaymentIntent, Refund
from standin.shapes.balance import show_balance_transaction

RESPONSE_DUE_AFTER_SECONDS = 9 * 24 * 3600
EXPIRY_YEAR = 2034
EXPIRY_MONTH = 12


def show_payment_intent(intent: PaymentIntent) -> dict[str, Any]:
    """Return a payment intent."""
    return {
        "id": intent.id,
        "object": "payment_intent",
        "amount": intent.amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": intent.amount if intent.status == "succeeded" else 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": intent.canceled_at,
        "cancellation_reason": intent.cancellation_reason or None,
        "capture_method": "automatic_async",
        "client_secret": intent.client_secret,
        "confirmation_method": "automatic",
        "created": intent.created,
        "currency": intent.currency,
        "customer": intent.customer.id if intent.customer else None,
        "description": intent.description or None,
        "last_payment_error": intent.last_payment_error,
        "latest_charge": intent.latest_charge or None,
        "livemode": False,
        "metadata": intent.metadata,
        "next_action": _next_action(intent),
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": intent.receipt_email or None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": intent.statement_descriptor_suffix or None,
        "status": intent.status,
        "transfer_data": None,
        "transfer_group": None,
    }


def _next_action(intent: PaymentIntent) -> dict[str, Any] | None:
    if intent.status != "requires_action":
        return None
    return {
        "type": "redirect_to_url",
        "redirect_to_url": {
            "return_url": intent.return_url or None,
            "url": f"{settings.STANDIN_PUBLIC_URL}/c/confirm/{intent.id}",
        },
    }


def show_charge(charge: Charge) -> dict[str, Any]:
    """Return a charge."""
    intent = charge.payment_intent
    is_paid = charge.status == "succeeded"
    suffix = intent.statement_descriptor_suffix
    return {
        "id": charge.id,
        "object": "charge",
        "amount": charge.amount,
        "amount_captured": charge.amount if is_paid else 0,
        "amount_refunded": charge.amount_refunded,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": charge.balance_transaction.id if charge.balance_transaction else None,
        "billing_details": {
            "address": {
                "city": None,
                "country": "GB",
                "line1": None,
                "line2": None,
                "postal_code": None,
                "state": None,
            },
            "email": intent.payer_email or None,
            "name": intent.payer_name or None,
            "phone": None,
            "tax_id": None,
        },
        "calculated_statement_descriptor": f"PRACTICE* {suffix}".strip()[:22] if suffix else "PRACTICE",
        "captured": is_paid,
        "created": charge.created,
        "currency": charge.currency,
        "customer": intent.customer.id if intent.customer else None,
        "description": intent.description or None,
        "disputed": charge.disputed,
        "failure_balance_transaction": None,
        "failure_code": charge.failure_code or None,
        "failure_message": charge.failure_message or None,
        "fraud_details": {},
        "livemode": False,
        "metadata": charge.metadata,
        "on_behalf_of": None,
        "outcome": _outcome(charge),
        "paid": is_paid,
        "payment_intent": intent.id,
        "payment_method": charge.payment_method,
        "payment_method_details": _card_details(charge),
        "receipt_email": intent.receipt_email or None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": is_paid and charge.amount_refunded == charge.amount,
        "review": None,
        "shipping": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": suffix or None,
        "status": charge.status,
        "transfer_data": None,
        "transfer_group": None,
    }


def _outcome(charge: Charge) -> dict[str, Any]:
    is_paid = charge.status == "succeeded"
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network" if is_paid else "declined_by_network",
        "reason": charge.decline_code or None,
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": "Payment complete." if is_paid else "The bank did not return any further details.",
        "type": "authorized" if is_paid else "issuer_declined",
    }


def _card_of(charge: Charge) -> Card:
    card = find_card(charge.card_number)
    assert card is not None, "charges are only ever made on practice cards"
    return card


def _card_details(charge: Charge) -> dict[str, Any]:
    card = _card_of(charge)
    return {
        "type": "card",
        "card": {
            "amount_authorized": charge.amount if charge.status == "succeeded" else None,
            "authorization_code": None,
            "brand": card.brand,
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": "fail" if charge.failure_code == "incorrect_cvc" else "pass",
            },
            "country": "GB",
            "exp_month": EXPIRY_MONTH,
            "exp_year": EXPIRY_YEAR,
            "fingerprint": f"practice{card.last4}",
            "funding": "credit",
            "installments": None,
            "last4": card.last4,
            "mandate": None,
            "network": card.brand,
            "network_token": {"used": False},
            "network_transaction_id": None,
            "regulated_status": "unregulated",
            "three_d_secure": None,
            "wallet": None,
        },
    }


def show_refund(refund: Refund) -> dict[str, Any]:
    """Return a refund; why it waits or failed is there only when it does."""
    charge = refund.charge
    shown: dict[str, Any] = {
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": refund.balance_transaction.id if refund.balance_transaction else None,
        "charge": charge.id,
        "created": refund.created,
        "currency": refund.currency,
        "destination_details": {
            "card": {"type": "pending" if refund.status == "pending" else "refund"},
            "type": "card",
        },
        "metadata": refund.metadata,
        "payment_intent": charge.payment_intent.id,
        "reason": refund.reason or None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": refund.status,
        "transfer_reversal": None,
    }
    if refund.pending_reason:
        shown["pending_reason"] = refund.pending_reason
    if refund.failure_reason:
        shown["failure_reason"] = refund.failure_reason
    if refund.failure_balance_transaction:
        shown["failure_balance_transaction"] = refund.failure_balance_transaction.id
    return shown


_EVIDENCE_TEXTS = (
    "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
    "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
    "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation", "duplicate_charge_explanation",
    "duplicate_charge_id", "product_description", "receipt", "refund_policy", "refund_policy_disclosure",
    "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address", "shipping_carrier",
    "shipping_date", "shipping_documentation", "shipping_tracking_number", "uncategorized_file",
    "uncategorized_text",
)  # fmt: skip


def show_dispute(dispute: Dispute) -> dict[str, Any]:
    """Return a dispute with its movements whole, as Stripe shows them there."""
    movements = BalanceTransaction.objects.filter(source=dispute.id).order_by("number")
    return {
        "id": dispute.id,
        "object": "dispute",
        "amount": dispute.amount,
        "balance_transactions": [show_balance_transaction(movement) for movement in movements],
        "charge": dispute.charge.id,
        "created": dispute.created,
        "currency": dispute.currency,
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(_EVIDENCE_TEXTS) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": dispute.created + RESPONSE_DUE_AFTER_SECONDS,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": dispute.metadata,
        "payment_intent": dispute.charge.payment_intent.id,
        "payment_method_details": {
            "card": {"brand": _card_of(dispute.charge).brand, "case_type": "chargeback", "network_reason_code": "10.4"},
            "type": "card",
        },
        "reason": dispute.reason,
        "status": dispute.status,
    }
