"""Who is told by mail: those who may be the second person, and whoever wrote the money down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from core.money import format_pounds
from foundation.access import Actor
from foundation.mail import queue_mail
from payments.models import RecordedMoney
from payments.queries.recorded import find_asker, find_deciders
from people.models import User
from people.queries import find_names


def tell_deciders(record: RecordedMoney, *, at: datetime) -> None:
    """Write to everybody who may be the second person."""
    for user in find_deciders(record):
        _tell(user, "recorded_waiting", _facts(record), record=record, at=at)


def tell_asker(record: RecordedMoney, *, actor: Actor, at: datetime, approved: bool, reason: str = "") -> None:
    """Write to whoever wrote it down that it was decided, and how."""
    user = find_asker(record)
    if user is not None:
        facts = {"approved": approved, "reason": reason, "by": find_names({actor.ref})[actor.ref]}
        _tell(user, "recorded_decided", _facts(record) | facts, record=record, at=at)


def _facts(record: RecordedMoney) -> dict[str, Any]:
    path = reverse("payments:recorded", args=[record.organisation.slug, record.public_id])
    return {
        "organisation": record.organisation.name,
        "amount": format_pounds(record.amount_pence, record.currency),
        "on": record.moved_on,
        "is_receipt": record.is_receipt,
        "is_reversal": record.reverses_id is not None,
        "url": f"{settings.PUBLIC_BASE_URL}{path}",
    }


def _tell(user: User, template: str, facts: dict[str, Any], *, record: RecordedMoney, at: datetime) -> None:
    person = getattr(user, "person", None)
    queue_mail(
        to=user.email,
        template=f"payments/mail/{template}",
        context=facts | {"given_name": person.given_name if person else ""},
        key=f"payments:{template}:{record.public_id}:{user.public_id}",
        at=at,
        language=person.language if person else "en-gb",
        organisation=record.organisation.public_id,
    )
