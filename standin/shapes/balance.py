"""Balances, the movements that make them, and added float."""

from typing import Any

from standin import clock
from standin.models import BalanceTransaction, TopUp


def show_balance_transaction(transaction: BalanceTransaction) -> dict[str, Any]:
    """Return a movement; it is pending until its net amount is available."""
    fee_details = []
    if transaction.fee:
        fee_details.append(
            {
                "amount": transaction.fee,
                "application": None,
                "currency": transaction.currency,
                "description": transaction.fee_description,
                "type": "stripe_fee",
            }
        )
    return {
        "id": transaction.id,
        "object": "balance_transaction",
        "amount": transaction.amount,
        "available_on": transaction.available_on,
        "balance_type": "payments",
        "created": transaction.created,
        "currency": transaction.currency,
        "description": transaction.description or None,
        "exchange_rate": None,
        "fee": transaction.fee,
        "fee_details": fee_details,
        "net": transaction.net,
        "reporting_category": transaction.reporting_category,
        "source": transaction.source,
        "status": "available" if transaction.available_on <= clock.now() else "pending",
        "type": transaction.type,
    }


def show_top_up(top_up: TopUp) -> dict[str, Any]:
    """Return float that was added."""
    return {
        "id": top_up.id,
        "object": "topup",
        "amount": top_up.amount,
        "balance_transaction": top_up.balance_transaction.id,
        "created": top_up.created,
        "currency": top_up.currency,
        "description": top_up.description or None,
        "expected_availability_date": top_up.created,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": top_up.metadata,
        "source": None,
        "statement_descriptor": None,
        "status": "succeeded",
        "transfer_group": None,
    }


def show_balance(*, available: int, pending: int) -> dict[str, Any]:
    """Return the balance of one account, in pence."""
    return {
        "object": "balance",
        "available": [{"amount": available, "currency": "gbp", "source_types": {"card": available}}],
        "livemode": False,
        "pending": [{"amount": pending, "currency": "gbp", "source_types": {"card": pending}}],
        "refund_and_dispute_prefunding": {
            "available": [{"amount": 0, "currency": "gbp"}],
            "pending": [{"amount": 0, "currency": "gbp"}],
        },
    }
