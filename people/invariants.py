"""What must always hold of people, organisations and keys."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count
from django.db.models.functions import Lower

from core.invariants import Invariant
from people.models import ApiKey, OfficerRole, Particulars, Scope, User


def _emails_twice() -> Iterable[str]:
    twice = User.objects.values(any_case=Lower("email")).annotate(users=Count("id")).filter(users__gt=1)
    return [f"{row['users']} users share one e-mail" for row in twice]


def _particulars_incomplete() -> Iterable[str]:
    rows = Particulars.objects.filter(full_name="") | Particulars.objects.filter(address_line_1="")
    return [f"{row.public_id} lacks name or address" for row in rows]


def _officers_who_cannot_sign_in() -> Iterable[str]:
    rows = OfficerRole.objects.current().filter(user__is_active=False)
    return [f"{row.public_id} is held by a closed account" for row in rows]


def _keys_with_unknown_scopes() -> Iterable[str]:
    rows = ApiKey.objects.filter(revoked=False).exclude(scopes__contained_by=list(Scope.values))
    return [f"{row.public_id} has a scope that does not exist" for row in rows]


INVARIANTS = (
    Invariant(
        code="PEO-1",
        statement="An e-mail, whatever its capitals, belongs to one user.",
        source="the design of the house",
        enforced_by=("people_user_email_any_case",),
        find_violations=_emails_twice,
    ),
    Invariant(
        code="PEO-2",
        statement="Particulars name the person and a postal address, and are never rewritten.",
        source="CCBSA 2014 s.30(1)(a)",
        enforced_by=("people_particulars_name_and_address", "people_particulars_append_only"),
        find_violations=_particulars_incomplete,
    ),
    Invariant(
        code="PEO-3",
        statement="Nobody holds a current role with an account that is closed.",
        source="the design of the house",
        enforced_by=("audit only",),
        find_violations=_officers_who_cannot_sign_in,
    ),
    Invariant(
        code="PEO-4",
        statement="A live key has only scopes that exist.",
        source="the design of the house",
        enforced_by=("people_api_key_has_scopes",),
        find_violations=_keys_with_unknown_scopes,
    ),
)
