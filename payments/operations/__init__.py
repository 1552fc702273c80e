"""What can be done with money, at the payment provider and by hand. Callers write `operations.start_checkout(...)`."""

from payments.operations.asking import create_payment, open_provider_account
from payments.operations.changes import UnknownAttention, resolve_attention
from payments.operations.checkout import (
    expire_checkout,
    refresh_payment,
    request_checkout_expiry,
    start_checkout,
)
from payments.operations.errors import (
    BalanceTooLow,
    MissingAtProvider,
    NoProviderAccount,
    NothingToRefund,
    PaymentAlreadySettled,
    PaymentEnded,
    PaymentNeedsAttention,
    ProviderRefused,
    ProviderUnavailable,
    RefundTooLarge,
    RunKeyTaken,
    SignatureInvalid,
    UnknownPayment,
)
from payments.operations.events import process_event, receive_event
from payments.operations.reconciliation import Comparison, Swept, reconcile_account, sweep
from payments.operations.recording import (
    MoneyFacts,
    approve_recorded,
    record_payment,
    record_receipt,
    refuse_recorded,
    reverse_recorded,
    withdraw_recorded,
)
from payments.operations.refund_runs import (
    UnknownRun,
    continue_refund_run,
    measure_float,
    prepare_refund_run,
    resume_if_float_suffices,
    start_refund_run,
)
from payments.operations.refunding import follow_refund, request_refund, send_refund
from payments.operations.settlement import FeeNotKnownYet

__all__ = [
    "BalanceTooLow",
    "Comparison",
    "FeeNotKnownYet",
    "MissingAtProvider",
    "MoneyFacts",
    "NoProviderAccount",
    "NothingToRefund",
    "PaymentAlreadySettled",
    "PaymentEnded",
    "PaymentNeedsAttention",
    "ProviderRefused",
    "ProviderUnavailable",
    "RefundTooLarge",
    "RunKeyTaken",
    "SignatureInvalid",
    "Swept",
    "UnknownAttention",
    "UnknownPayment",
    "UnknownRun",
    "approve_recorded",
    "continue_refund_run",
    "create_payment",
    "expire_checkout",
    "follow_refund",
    "measure_float",
    "open_provider_account",
    "prepare_refund_run",
    "process_event",
    "receive_event",
    "reconcile_account",
    "record_payment",
    "record_receipt",
    "refresh_payment",
    "refuse_recorded",
    "request_checkout_expiry",
    "request_refund",
    "resolve_attention",
    "resume_if_float_suffices",
    "reverse_recorded",
    "send_refund",
    "start_checkout",
    "start_refund_run",
    "sweep",
    "withdraw_recorded",
]
