"""Who is told by mail: those who may be the second person, and those who wrote the journal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.urls import reverse

from core.money import format_pounds
from foundation.access import Actor
from foundation.mail import queue_mail
from people.models import User
from people.queries import find_names
from treasury.models import ManualJournal
from treasury.queries.journals import find_deciders, find_writers


def tell_deciders(journal: ManualJournal, *, at: datetime) -> None:
    """Write to everybody who may be the second person, once for each version that is submitted."""
    facts = _facts(journal)
    for user in find_deciders(journal):
        _tell(user, "journal_waiting", facts, key=f"{journal.public_id}:{journal.version}", journal=journal, at=at)


def tell_writers(journal: ManualJournal, *, actor: Actor, at: datetime, approved: bool, reason: str = "") -> None:
    """Write to everybody who wrote some of the journal that it was decided, and how."""
    by = find_names({actor.ref})[actor.ref]
    facts = _facts(journal) | {"approved": approved, "reason": reason, "by": by}
    for user in find_writers(journal):
        _tell(user, "journal_decided", facts, key=f"{journal.public_id}:{journal.version}", journal=journal, at=at)


def _facts(journal: ManualJournal) -> dict[str, Any]:
    path = reverse("treasury:journal", args=[journal.organisation.slug, journal.book.slug, journal.public_id])
    return {
        "organisation": journal.organisation.name,
        "amount": format_pounds(journal.lines.aggregate(total=Sum("debit_pence", default=0))["total"]),
        "on": journal.effective_on,
        "is_reversal": journal.reverses_id is not None,
        "url": f"{settings.PUBLIC_BASE_URL}{path}",
    }


def _tell(user: User, template: str, facts: dict[str, Any], *, key: str, journal: ManualJournal, at: datetime) -> None:
    person = getattr(user, "person", None)
    queue_mail(
        to=user.email,
        template=f"treasury/mail/{template}",
        context=facts | {"given_name": person.given_name if person else ""},
        key=f"treasury:{template}:{key}:{user.public_id}",
        at=at,
        language=person.language if person else "en-gb",
        organisation=journal.organisation.public_id,
    )
