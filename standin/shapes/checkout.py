"""Checkout Sessions and their line items."""

from typing import Any

from django.conf import settings

from standin.models import CheckoutSession


def show_session(session: CheckoutSession) -> dict[str, Any]:
    """Return a Checkout Session; `url` is there only while it is open."""
    return {
        "id": session.id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "after_expiration": None,
        "allow_promotion_codes": None,
        "amount_subtotal": session.amount_total,
        "amount_total": session.amount_total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None,
        "cancel_url": session.cancel_url or None,
        "client_reference_id": session.client_reference_id or None,
        "client_secret": None,
        "consent": None,
        "consent_collection": None,
        "created": session.created,
        "currency": session.currency,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": session.customer.id if session.customer else None,
        "customer_creation": "if_required",
        "customer_details": _customer_details(session),
        "customer_email": session.customer_email or None,
        "discounts": [],
        "expires_at": session.expires_at,
        "invoice": None,
        "invoice_creation": None,
        "livemode": False,
        "locale": session.locale or None,
        "metadata": session.metadata,
        "mode": "payment",
        "payment_intent": session.payment_intent.id if session.payment_intent else None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": session.payment_method_types or ["card"],
        "payment_status": session.payment_status,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": session.status,
        "submit_type": session.submit_type or None,
        "subscription": None,
        "success_url": session.success_url,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": get_page_url(session) if session.status == "open" else None,
        "wallet_options": None,
    }


def get_page_url(session: CheckoutSession) -> str:
    """Return where the hosted page of a session is."""
    return f"{settings.STANDIN_PUBLIC_URL}/c/pay/{session.id}"


def _customer_details(session: CheckoutSession) -> dict[str, Any] | None:
    email = session.payer_email or session.customer_email
    if not email and not session.payer_name:
        return None
    address = None
    if session.payer_postcode:
        address = {
            "city": None,
            "country": "GB",
            "line1": None,
            "line2": None,
            "postal_code": session.payer_postcode,
            "state": None,
        }
    return {
        "address": address,
        "business_name": None,
        "email": email or None,
        "individual_name": None,
        "name": session.payer_name or None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": None,
    }


def show_line_items(session: CheckoutSession) -> list[dict[str, Any]]:
    """Return the lines of a session, with the price that was made for each."""
    return [_show_line_item(session, line) for line in session.line_items]


def _show_line_item(session: CheckoutSession, line: dict[str, Any]) -> dict[str, Any]:
    amount = line["unit_amount"] * line["quantity"]
    return {
        "id": line["id"],
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": session.currency,
        "description": line["name"],
        "metadata": {},
        "price": {
            "id": line["price_id"],
            "object": "price",
            "active": False,
            "billing_scheme": "per_unit",
            "created": session.created,
            "currency": session.currency,
            "custom_unit_amount": None,
            "livemode": False,
            "lookup_key": None,
            "metadata": {},
            "nickname": None,
            "product": line["product_id"],
            "recurring": None,
            "tax_behavior": "unspecified",
            "tiers_mode": None,
            "transform_quantity": None,
            "type": "one_time",
            "unit_amount": line["unit_amount"],
            "unit_amount_decimal": str(line["unit_amount"]),
        },
        "quantity": line["quantity"],
    }
