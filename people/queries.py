"""Who is who: reads that several rooms share."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from core.errors import NotFound
from foundation.access import Actor
from people.models import ApiKey, OfficerRole, OfficerRoleQuerySet, Organisation, Particulars, Person, User


class NoSuchOrganisation(NotFound):
    """There is no organisation under this name, or none that the actor may know of."""

    code = "people.organisation_not_found"


def actor_for_user(user: User, *, second_factor: bool) -> Actor:
    """Give the actor that a signed-in user is, with the roles that nobody ended.

    Args:
        user: Who signed in.
        second_factor: Whether this session proved a second factor.
    """
    return Actor(
        ref=f"user:{user.public_id}",
        user_id=user.pk,
        roles=roles_of(user),
        is_staff=user.is_staff,
        second_factor=second_factor,
    )


def actor_for_key(key: ApiKey) -> Actor:
    """Give the actor that a key is: its user, within its scopes and at most one organisation.

    A key never works as platform staff. For an organisation it works only while its user still holds a role
    there and still has a second factor (a key for an organisation is made behind one).
    """
    roles = roles_of(key.user)
    organisation = key.organisation
    held = roles.get(organisation.public_id) if organisation else None
    return Actor(
        ref=f"key:{key.public_id}",
        user_id=key.user_id,
        roles={organisation.public_id: held} if organisation and held else {},
        second_factor=bool(held) and has_second_factor(key.user),
        scopes=frozenset(key.scopes),
    )


def roles_of(user: User) -> dict[str, frozenset[str]]:
    """List the current roles of a user by public id of the organisation."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    rows = OfficerRole.objects.current().filter(user=user).values_list("organisation__public_id", "role")
    for organisation, role in rows:
        found[organisation].add(role)
    return {organisation: frozenset(roles) for organisation, roles in found.items()}


def has_second_factor(user: User) -> bool:
    """Whether the user has an authenticator app set up."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def get_organisation(slug: str) -> Organisation:
    """Return the organisation under a slug.

    Raises:
        NoSuchOrganisation: nothing has this slug.
    """
    try:
        return Organisation.objects.get(slug=slug)
    except Organisation.DoesNotExist:
        raise NoSuchOrganisation(_("There is no such organisation.")) from None


def organisations_of(actor: Actor) -> list[Organisation]:
    """List the organisations in which an actor holds a role, by name."""
    return list(Organisation.objects.filter(public_id__in=actor.roles.keys())) if actor.roles else []


def officers_of(organisation: Organisation) -> OfficerRoleQuerySet:
    """List the roles in an organisation, current ones first, each with its user and person."""
    rows = OfficerRole.objects.for_organisation(organisation).select_related("user", "user__person")
    return rows.order_by("-until_on", "role", "from_on", "id")


def find_user(email: str) -> User | None:
    """Find the active user who signs in with an e-mail and has confirmed it, whatever its capitals."""
    address = email.strip()
    confirmed = User.objects.filter(email__iexact=address, is_active=True, emailaddress__verified=True)
    return confirmed.filter(emailaddress__email__iexact=address).first()


def find_person(user_id: int | None) -> Person | None:
    """Find the person of a user."""
    return Person.objects.filter(user_id=user_id).first() if user_id else None


def find_particulars(person: Person | None, on: date) -> Particulars | None:
    """Find the particulars that held for a person on a day."""
    return Particulars.objects.valid_on(person, on) if person else None


def find_names(refs: set[str]) -> dict[str, str]:
    """Find what people are called behind actors' references ("user:usr_..."); others keep their reference."""
    ids = {ref.removeprefix("user:"): ref for ref in refs if ref.startswith("user:")}
    users = User.objects.filter(public_id__in=ids).select_related("person")
    names = {ref: ref for ref in refs}
    for user in users:
        person = getattr(user, "person", None)
        full = f"{person.given_name} {person.family_name}".strip() if person else ""
        names[ids[user.public_id]] = full or user.email
    return names | {ref: _("the platform") for ref in refs if ref.startswith("system:")}
