"""Money that an officer records by hand: asked for by one person, let into the books by another."""

from payments.operations.recording.deciding import approve_recorded, refuse_recorded, withdraw_recorded
from payments.operations.recording.errors import (
    Problem,
    RecordDecided,
    RecordKeyTaken,
    RecordNotReversible,
    RecordReasonMissing,
    RecordUnsound,
    UnknownRecordedPurpose,
)
from payments.operations.recording.facts import BANK, OTHER, MoneyFacts
from payments.operations.recording.requesting import APPROVAL_KIND, record_payment, record_receipt, reverse_recorded

__all__ = [
    "APPROVAL_KIND",
    "BANK",
    "OTHER",
    "MoneyFacts",
    "Problem",
    "RecordDecided",
    "RecordKeyTaken",
    "RecordNotReversible",
    "RecordReasonMissing",
    "RecordUnsound",
    "UnknownRecordedPurpose",
    "approve_recorded",
    "record_payment",
    "record_receipt",
    "refuse_recorded",
    "reverse_recorded",
    "withdraw_recorded",
]
