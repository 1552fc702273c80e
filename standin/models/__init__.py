"""What the stand-in keeps."""

from standin.models.machinery import Delivery, Fault, IdempotencyRecord, Knobs, SeenRequest, WebhookRule
from standin.models.objects import (
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

__all__ = [
    "Account",
    "BalanceTransaction",
    "Charge",
    "CheckoutSession",
    "Customer",
    "Delivery",
    "Dispute",
    "Event",
    "Fault",
    "IdempotencyRecord",
    "Knobs",
    "PaymentIntent",
    "Refund",
    "SeenRequest",
    "StripeObject",
    "TopUp",
    "WebhookRule",
]
