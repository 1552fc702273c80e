"""An organisation's payments over REST: card payments for reading, recorded money for writing too."""

from payments.api.card import (
    MatterListView,
    PaymentListView,
    PaymentView,
    ReceiptListView,
    RefundListView,
    RefundRunListView,
)

__all__ = [
    "MatterListView",
    "PaymentListView",
    "PaymentView",
    "ReceiptListView",
    "RefundListView",
    "RefundRunListView",
]
