"""What stands in the way of recorded money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import DomainError, InvalidInput


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with what was given: the field to go to, a stable code, and what to do about it."""

    field: str
    code: str
    message: str


class RecordUnsound(InvalidInput):
    """Something is wrong with what was recorded; `facts["problems"]` lists all of it, by field."""

    code = "payments.record_unsound"


class RecordKeyTaken(DomainError):
    """Something else was recorded under this key."""

    code = "payments.record_key_taken"


class RecordDecided(DomainError):
    """The record was decided before, or taken back."""

    code = "payments.record_decided"


class RecordNotReversible(DomainError):
    """Only what is in the books, is no reversal itself, and has no reversal that lives can be reversed."""

    code = "payments.record_not_reversible"


class UnknownRecordedPurpose(InvalidInput):
    """No room registered this purpose, or it does not know money going this way."""

    code = "payments.unknown_recorded_purpose"


class RecordReasonMissing(InvalidInput):
    """This act has to say why."""

    code = "payments.record_reason_missing"


def unsound(problems: Sequence[Problem]) -> RecordUnsound:
    """Make the error that lists everything that is wrong."""
    return RecordUnsound(
        " ".join([_("Nothing was recorded."), *(one.message for one in problems)]),
        problems=[{"field": one.field, "code": one.code, "detail": one.message} for one in problems],
    )
