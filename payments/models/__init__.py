"""Payments, receipts, refunds, disputes, the provider's events and statement, and money recorded by hand."""

from payments.models.accounts import BalanceSnapshot, BalanceTransaction, ProviderAccount
from payments.models.events import (
    AttentionItem,
    ProviderEvent,
    ProviderEventBody,
    ProviderEventProgress,
    ProviderPosting,
)
from payments.models.payments import CheckoutAttempt, Payment, Receipt, StateChange
from payments.models.recorded import RecordedLine, RecordedMoney
from payments.models.refunds import Dispute, Refund, RefundRun, RefundRunItem

__all__ = [
    "AttentionItem",
    "BalanceSnapshot",
    "BalanceTransaction",
    "CheckoutAttempt",
    "Dispute",
    "Payment",
    "ProviderAccount",
    "ProviderEvent",
    "ProviderEventBody",
    "ProviderEventProgress",
    "ProviderPosting",
    "Receipt",
    "RecordedLine",
    "RecordedMoney",
    "Refund",
    "RefundRun",
    "RefundRunItem",
    "StateChange",
]
