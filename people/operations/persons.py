"""Persons and the particulars that a register keeps of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import DomainError, InvalidInput
from core.periods import legal_day
from foundation import audit
from people import law
from people.models import EmailPurpose, Particulars, Person, User


class UnknownPurpose(InvalidInput):
    """An e-mail address was given without a purpose, or for one that we do not know."""

    code = "people.email_purpose_unknown"


class IncompleteParticulars(InvalidInput):
    """The register cannot take a member without name and postal address."""

    code = "people.particulars_incomplete"


class PersonErased(DomainError):
    """The person asked for erasure; nothing new is kept on them."""

    code = "people.person_erased"


class TwoSignIns(DomainError):
    """Both rows have a user of their own."""

    code = "people.two_sign_ins"


@transaction.atomic
def give_person(
    *, user: User, given_name: str = "", family_name: str = "", date_of_birth: date | None = None
) -> Person:
    """Return the person of a user, made when there is none yet; what is given replaces what was known.

    Args:
        user: Whose person.
        given_name: First names; empty leaves what is known.
        family_name: Last name; empty leaves what is known.
        date_of_birth: Day of birth; None leaves what is known.
    """
    person, _made = Person.objects.select_for_update().get_or_create(user=user)
    given = {"given_name": given_name.strip(), "family_name": family_name.strip(), "date_of_birth": date_of_birth}
    changed = [name for name, value in given.items() if value and value != getattr(person, name)]
    for name in changed:
        setattr(person, name, given[name])
    if changed:
        person.save(update_fields=changed)
    return person


@transaction.atomic
def record_particulars(
    *,
    person: Person,
    full_name: str,
    address_line_1: str,
    town: str,
    at: datetime,
    address_line_2: str = "",
    postcode: str = "",
    country: str = "GB",
    email_for_notices: str = "",
    email_purposes: Sequence[str] = (),
    valid_from_on: date | None = None,
    actor: str = "",
) -> Particulars:
    """Write down what the register has to say of a person from a day on; what was said before stays.

    The same particulars again give the row that says so already.

    Args:
        person: Who.
        full_name: Name as it goes into the register.
        address_line_1: First line of the postal address.
        town: Town or city.
        at: When it is recorded.
        address_line_2: Second line, if any.
        postcode: Postcode; needed in the United Kingdom ("GB").
        country: Two letters, ISO 3166-1.
        email_for_notices: Electronic address, if one is given for notices.
        email_purposes: What it was given for, of `EmailPurpose`.
        valid_from_on: Day from which it holds; the legal day of `at` where none is given.
        actor: Reference of who says so; the person's own user where none is given.

    Raises:
        PersonErased: the person asked for erasure.
        IncompleteParticulars: the name or the address lacks something.
        UnknownPurpose: e-mail and purposes do not go together.

    Source: CCBSA 2014 s.30(1)(a), (b).
    """
    person = Person.objects.select_for_update(of=("self",)).select_related("user").get(pk=person.pk)
    said: dict[str, Any] = {
        "full_name": " ".join(full_name.split()),
        "address_line_1": address_line_1.strip(),
        "address_line_2": address_line_2.strip(),
        "town": town.strip(),
        "postcode": " ".join(postcode.upper().split()),
        "country": country.strip().upper(),
        "email_for_notices": email_for_notices.strip().lower(),
        "email_purposes": sorted(set(email_purposes)),
    }
    _check_particulars(person, said)
    first_day = valid_from_on or legal_day(at)
    latest = Particulars.objects.for_person(person).first()
    if latest and first_day >= latest.valid_from_on and all(getattr(latest, name) == said[name] for name in said):
        return latest
    recorded = Particulars.objects.create(
        person=person,
        valid_from_on=first_day,
        recorded_at=at,
        recorded_by=actor or (f"user:{person.user.public_id}" if person.user else "system:people"),
        **said,
    )
    audit.record(
        actor=recorded.recorded_by,
        action="people.particulars_recorded",
        at=at,
        subject=person.public_id,
        after={"particulars": recorded.public_id, "valid_from_on": first_day.isoformat()},
    )
    return recorded


def _check_particulars(person: Person, said: dict[str, Any]) -> None:
    if person.erased_at is not None:
        raise PersonErased(_("This person asked for erasure, so nothing new is kept on them."))
    required = ["address_line_1", "town"] + (["postcode"] if said["country"] == "GB" else [])
    missing = [name for name in required if not said[name]]
    if not law.is_complete_name(str(said["full_name"])):
        missing.insert(0, "full_name")
    if missing:
        message = _("The register needs a name and a full postal address.")
        raise IncompleteParticulars(message, missing=missing)
    purposes = said["email_purposes"]
    if not set(purposes) <= set(EmailPurpose.values) or bool(said["email_for_notices"]) != bool(purposes):
        message = _("Say what the e-mail address may be used for, or leave it out.")
        raise UnknownPurpose(message, purposes=purposes)


@transaction.atomic
def merge_person(*, kept: str, merged: str, at: datetime) -> None:
    """Move the sign-in of one person to another who turned out to be the same.

    Particulars stay with the row they were recorded for: they are facts, and registers point to them.

    Args:
        kept: Public id of the person who stays.
        merged: Public id of the person who turned out to be the same.
        at: When.

    Raises:
        TwoSignIns: both can sign in; one of the two accounts has to be closed first.
    """
    found = {row.public_id: row for row in Person.objects.select_for_update().filter(public_id__in=[kept, merged])}
    stays, goes = found[kept], found[merged]
    if stays.user_id and goes.user_id:
        raise TwoSignIns(_("Both have a sign-in of their own. Close one of them first."))
    if goes.user_id:
        user, goes.user = goes.user, None
        goes.save(update_fields=["user"])
        stays.user = user
        stays.save(update_fields=["user"])
    audit.record(
        actor="system:people",
        action="people.persons_merged",
        at=at,
        subject=stays.public_id,
        after={"merged": goes.public_id},
    )
