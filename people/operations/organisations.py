"""Organisations, and who acts for them."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import DomainError, InvalidInput
from core.periods import legal_day
from foundation import audit
from foundation.mail import queue_mail
from people.models import OfficerRole, Organisation, OrganisationKind, Role, User


class RoleHeldAlready(DomainError):
    """The same role of the same person in this organisation overlaps with the one asked for."""

    code = "people.role_held_already"


class RoleNotHeld(DomainError):
    """The role has ended already."""

    code = "people.role_not_held"


class RoleStartsLater(InvalidInput):
    """A role opens pages at once, so its first and last day cannot lie in the future."""

    code = "people.role_starts_later"


@transaction.atomic
def found_organisation(
    *,
    slug: str,
    name: str,
    actor: str,
    at: datetime,
    kind: str = OrganisationKind.COMMUNITY_BENEFIT_SOCIETY,
) -> Organisation:
    """Enter an organisation; it owns nothing and has no officers yet.

    Args:
        slug: Its part of the address of its pages.
        name: Its registered name.
        actor: Reference of who enters it.
        at: When.
        kind: One of `OrganisationKind`.
    """
    organisation = Organisation.objects.create(slug=slug, name=name, kind=kind, created_at=at)
    audit.record(
        actor=actor,
        action="people.organisation_founded",
        at=at,
        organisation=organisation.public_id,
        subject=organisation.public_id,
        after={"slug": slug, "kind": str(kind)},
    )
    return organisation


@transaction.atomic
def appoint_officer(
    *, user: User, organisation: Organisation, role: str, from_on: date, actor: str, at: datetime
) -> OfficerRole:
    """Give somebody a role in an organisation; it opens the organisation's pages at once.

    Args:
        user: Who takes the office.
        organisation: For whom.
        role: One of `Role`.
        from_on: Day on which the office was assumed; today or earlier.
        actor: Reference of who appoints.
        at: When it is recorded.

    Raises:
        InvalidInput: there is no such role.
        RoleStartsLater: the first day lies in the future.
        RoleHeldAlready: the person holds (or held, in that time) the same role.

    Source: CCBSA 2014 s.30 (register of officers: office held and date assumed).
    """
    if role not in Role.values:
        raise InvalidInput(_("There is no such role."), role=role)
    if from_on > legal_day(at):
        raise RoleStartsLater(_("A role can start today or earlier, not in the future."), from_on=from_on)
    try:
        with transaction.atomic():
            appointed = OfficerRole.objects.create(
                user=user,
                organisation=organisation,
                role=role,
                from_on=from_on,
                appointed_by=actor,
                appointed_at=at,
            )
    except IntegrityError as error:
        if "people_officer_role_once_at_a_time" not in str(error):
            raise
        raise RoleHeldAlready(_("This person holds the role already."), role=role) from error
    audit.record(
        actor=actor,
        action="people.officer_appointed",
        at=at,
        organisation=organisation.public_id,
        subject=appointed.public_id,
        after={"user": user.public_id, "role": str(role), "from_on": from_on.isoformat()},
    )
    _tell_officer(appointed, "officer_appointed", at)
    return appointed


@transaction.atomic
def end_role(*, role: OfficerRole, until_on: date, actor: str, at: datetime, reason: str = "") -> OfficerRole:
    """End a role; the organisation's pages close for this role with the next click.

    Args:
        role: The appointment.
        until_on: First day without the office; today or earlier, not before it was assumed.
        actor: Reference of who ends it.
        at: When it is recorded.
        reason: Why, in the officers' own words; without personal details.

    Raises:
        RoleNotHeld: it has ended already.
        RoleStartsLater: the day lies in the future or before the role began.
    """
    locked = OfficerRole.objects.select_for_update(of=("self",)).select_related("organisation", "user").get(pk=role.pk)
    if locked.until_on is not None:
        raise RoleNotHeld(_("This role has ended already."), until_on=locked.until_on)
    if until_on > legal_day(at) or until_on < locked.from_on:
        raise RoleStartsLater(_("A role ends today or earlier, and not before it began."), until_on=until_on)
    locked.until_on, locked.ended_by, locked.ended_at = until_on, actor, at
    locked.save(update_fields=["until_on", "ended_by", "ended_at"])
    audit.record(
        actor=actor,
        action="people.role_ended",
        at=at,
        organisation=locked.organisation.public_id,
        subject=locked.public_id,
        after={"until_on": until_on.isoformat()},
        reason=reason,
    )
    _tell_officer(locked, "role_ended", at)
    return locked


def _tell_officer(role: OfficerRole, template: str, at: datetime) -> None:
    """Write to whom it concerns: nobody gains or loses power over other people's money unnoticed."""
    queue_mail(
        to=role.user.email,
        template=f"people/mail/{template}",
        context={
            "organisation": role.organisation.name,
            "role": role.get_role_display(),
            "site_url": settings.PUBLIC_BASE_URL,
            "path": f"/groups/{role.organisation.slug}/",
        },
        key=f"{template}:{role.public_id}",
        at=at,
        organisation=role.organisation.public_id,
    )
