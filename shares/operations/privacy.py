"""A person asks to be forgotten, or turns out to be another: what happens here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from foundation import audit
from people.models import Person
from shares.models import Application, Member
from shares.states import ApplicationState, HolderKind

_NEVER_PAID = [ApplicationState.STARTED.value, ApplicationState.LAPSED.value, ApplicationState.CANCELLED.value]


@transaction.atomic
def erase_shares(*, person: str, at: datetime) -> Sequence[str]:
    """Erase who is behind applications that were never paid; keep what the register and the books need.

    Args:
        person: Public id of the person.
        at: When.

    Returns:
        What was erased, and what is kept and why, line by line.

    Source: UK GDPR Art 17(3)(b); CCBSA 2014 s.30; six years for accounting records.
    """
    theirs = Application.objects.filter(Q(person__public_id=person) | Q(user__person__public_id=person))
    answers = []
    unpaid = theirs.filter(state__in=_NEVER_PAID, payment__isnull=True)
    ids = list(unpaid.order_by("pk").values_list("pk", flat=True))
    erased = Application.objects.filter(pk__in=ids).update(
        person=None, particulars=None, holder_kind=HolderKind.INDIVIDUAL.value, body_name="", body_number=""
    )
    if erased:
        answers.append(_("Erased: your particulars on applications that were never paid."))
    if theirs.filter(paid_at__isnull=False).exists():
        answers.append(_("Kept: applications that were paid, for six years, as records of the society's accounts."))
    if Member.objects.filter(person__public_id=person).exists():
        answers.append(_("Kept: your entries in the register of members, which the law requires of the society."))
    audit.record(
        actor="system:privacy", action="shares.person_erased", at=at, subject=person, after={"applications": erased}
    )
    return answers


@transaction.atomic
def merge_shares(*, kept: str, merged: str, at: datetime) -> None:
    """Move applications that are not decided yet to the person who stays.

    Members and register entries are facts and keep the person they were written for; a second holding of the same
    human being is joined by a register entry, not by a merge of rows.

    Args:
        kept: Public id of the person who stays.
        merged: Public id of the person who turned out to be the same.
        at: When.
    """
    stays = Person.objects.get(public_id=kept)
    rows = Application.objects.filter(person__public_id=merged, state__in=_NEVER_PAID)
    moved = Application.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(
        person=stays, particulars=None
    )
    audit.record(
        actor="system:privacy",
        action="shares.persons_merged",
        at=at,
        subject=kept,
        after={"merged": merged, "applications": moved},
    )
