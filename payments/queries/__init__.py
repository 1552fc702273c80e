"""What the payment room knows, read from its own rows; the provider is never asked here."""

from payments.queries.controls import ClearingComparison, compare_clearing, find_clearing_problems
from payments.queries.overview import (
    Matter,
    NoSuchItem,
    NoSuchPayment,
    NoSuchRun,
    Totals,
    can_start,
    get_item,
    get_payment,
    get_run,
    has_account,
    last_balance_of,
    open_matters,
    payments_of,
    receipts_of,
    refunds_of,
    runs_of,
    totals_of,
)
from payments.queries.personal import export_payments
from payments.queries.words import advice_for, state_word

__all__ = [
    "ClearingComparison",
    "Matter",
    "NoSuchItem",
    "NoSuchPayment",
    "NoSuchRun",
    "Totals",
    "advice_for",
    "can_start",
    "compare_clearing",
    "export_payments",
    "find_clearing_problems",
    "get_item",
    "get_payment",
    "get_run",
    "has_account",
    "last_balance_of",
    "open_matters",
    "payments_of",
    "receipts_of",
    "refunds_of",
    "runs_of",
    "state_word",
    "totals_of",
]
