"""Erasing what ties a payment to a person; the payment itself is an account that must be kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from payments.models import Payment, ProviderEventBody, RecordedMoney
from payments.queries.personal import payments_by_person
from payments.states import PaymentState, RecordedState

# As long as a card holder may dispute; after that nobody needs the raw messages or the payer's e-mail.
KEEP: Final = timedelta(days=180)
_OVER: Final = (PaymentState.SETTLED, PaymentState.ENDED)
_NEVER_POSTED: Final = (RecordedState.REFUSED, RecordedState.WITHDRAWN)


def erase_payments(*, person: str, at: datetime) -> Sequence[str]:
    """Erase a person's e-mail from payments that are over, and say what is kept and why.

    Args:
        person: Public id of the person.
        at: When; part of the signature that all rooms share.

    Source: UK GDPR Article 17(3)(b); accounts are kept for six years.
    """
    payments = payments_by_person(person=person)
    kept = payments.count()
    if not kept:
        return []
    erased = payments.filter(state__in=_OVER).update(payer_email="")
    answers = [
        ngettext("Erased: your e-mail from one payment.", "Erased: your e-mail from %(count)s payments.", erased)
        % {"count": erased},
        _("Kept: amounts, days and Stripe's numbers of your payments, as the society's accounts, for six years."),
    ]
    if erased < kept:
        answers.append(_("Kept: your e-mail on a payment that is still under way; ask again when it is over."))
    return answers


def merge_payments(*, kept: str, merged: str, at: datetime) -> None:
    """Move nothing: payments belong to what was paid for, not to a person."""


def forget_old(*, at: datetime) -> int:
    """Delete raw messages, payers' e-mails and the words of recorded money that never came into the books.

    Args:
        at: Now.

    Returns:
        How many rows lost something because their keeping period is over.
    """
    bodies, _by_model = ProviderEventBody.objects.filter(received_at__lt=at - KEEP).delete()
    old = Q(settled_at__lt=at - KEEP) | Q(ended_at__lt=at - KEEP)
    never = RecordedMoney.objects.filter(state__in=_NEVER_POSTED, decided_at__lt=at - KEEP)
    words = never.exclude(party_name="", reference="", note="").update(party_name="", reference="", note="")
    return bodies + words + Payment.objects.filter(old, state__in=_OVER).exclude(payer_email="").update(payer_email="")
