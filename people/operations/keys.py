"""API keys: shown once, kept as a hash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.errors import InvalidInput
from foundation import audit
from people.models import ApiKey, Organisation, Scope, User


class UnknownScope(InvalidInput):
    """A key needs at least one scope, and only scopes that exist."""

    code = "people.scope_unknown"


@dataclass(frozen=True)
class IssuedKey:
    """A new key and its secret, which is nowhere else.

    Attributes:
        row: What is kept.
        secret: The key as its owner sends it; it cannot be shown again.
    """

    row: ApiKey
    secret: str


@transaction.atomic
def issue_key(
    *,
    user: User,
    name: str,
    scopes: Sequence[str],
    actor: str,
    at: datetime,
    organisation: Organisation | None = None,
    expires_at: datetime | None = None,
) -> IssuedKey:
    """Make an API key.

    Args:
        user: Whose key it is.
        name: What its owner calls it.
        scopes: What it may do, of `Scope`.
        actor: Reference of who makes it.
        at: When.
        organisation: For which organisation it works; None for the user's own affairs.
        expires_at: When it stops working by itself.

    Raises:
        UnknownScope: no scope, or one that does not exist.
    """
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= set(Scope.values):
        raise UnknownScope(_("Choose at least one of the listed scopes."), scopes=wanted)
    row, secret = ApiKey.objects.create_key(
        user=user, name=name.strip(), scopes=wanted, organisation=organisation, expiry_date=expires_at
    )
    audit.record(
        actor=actor,
        action="people.key_issued",
        at=at,
        organisation=organisation.public_id if organisation else "",
        subject=row.public_id,
        after={"scopes": wanted},
    )
    return IssuedKey(row=row, secret=secret)


@transaction.atomic
def revoke_key(*, key: ApiKey, actor: str, at: datetime) -> None:
    """End a key for good; doing it again changes nothing.

    Args:
        key: The key.
        actor: Reference of who revokes it.
        at: When.
    """
    locked = ApiKey.objects.select_for_update().get(pk=key.pk)
    if locked.revoked:
        return
    locked.revoked, locked.revoked_at = True, at
    locked.save(update_fields=["revoked", "revoked_at"])
    audit.record(actor=actor, action="people.key_revoked", at=at, subject=locked.public_id)


def note_key_used(*, key: ApiKey, on: date) -> None:
    """Remember the day on which a key was last used: one write a day, however many requests.

    Args:
        key: The key.
        on: The legal day.
    """
    if key.last_used_on != on:
        earlier = Q(last_used_on__isnull=True) | Q(last_used_on__lt=on)
        ApiKey.objects.filter(earlier, pk=key.pk).update(last_used_on=on)
