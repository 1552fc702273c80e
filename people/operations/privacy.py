"""A person asks for their data, or for its erasure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.utils.translation import gettext as _

from core.errors import DomainError
from foundation import audit
from foundation.models import MailMessage
from foundation.registries import PERSONAL_DATA_HOLDERS
from people import exports, law
from people.models import ApiKey, OfficerRole, Particulars, Person, User

OWN = "people"


class OfficerCannotBeErased(DomainError):
    """Somebody still acts for an organisation; the register of officers has to name them."""

    code = "people.officer_cannot_be_erased"


@dataclass(frozen=True)
class Erasure:
    """What came of a request for erasure.

    Attributes:
        answers: Line by line, what was erased, and what is kept and why.
    """

    answers: tuple[str, ...]


def export_person(*, person: Person, actor: str, at: datetime) -> dict[str, Any]:
    """Collect everything that every room keeps on a person, and note that it was asked for.

    Args:
        person: Whose data.
        actor: Reference of who asks.
        at: When.

    Returns:
        What is kept, by the name of the room.

    Source: UK GDPR Articles 15 and 20.
    """
    with transaction.atomic():
        collected = exports.collect(person)
        audit.record(actor=actor, action="people.person_exported", at=at, subject=person.public_id)
    return collected


@transaction.atomic
def erase_person(*, person: Person, actor: str, at: datetime) -> Erasure:
    """Erase what may be erased of a person, in every room, and say what is kept and why.

    The sign-in is closed. What a register of members must say stays, and nothing else of this room.

    Args:
        person: Who asks.
        actor: Reference of who asks.
        at: When.

    Raises:
        OfficerCannotBeErased: the person still holds a role; it has to be ended first.
        DomainError: another room cannot let go yet, such as a payment that is under way.

    Source: UK GDPR Article 17(1) and 17(3)(b); CCBSA 2014 s.30.
    """
    locked = Person.objects.select_for_update(of=("self",)).select_related("user").get(pk=person.pk)
    if locked.user and OfficerRole.objects.current().filter(user=locked.user).exists():
        message = _("You still act for an organisation. Ask its secretary to end your role first.")
        raise OfficerCannotBeErased(message)
    answers: list[str] = []
    # This room comes last: the others may point to particulars until they let go of them.
    holders = sorted(PERSONAL_DATA_HOLDERS.items(), key=lambda entry: entry[0] == OWN)
    for _name, holder in holders:
        answers.extend(str(answer) for answer in holder.erase(person=locked.public_id, at=at))
    audit.record(actor=actor, action="people.person_erased", at=at, subject=locked.public_id)
    return Erasure(answers=tuple(answers))


def erase_own(*, person: str, at: datetime) -> Sequence[str]:
    """Erase what this room keeps on a person, as one holder among others.

    Args:
        person: Public id of the person.
        at: When.
    """
    row = Person.objects.select_related("user").get(public_id=person)
    answers = [_("Erased: your profile (name, date of birth).")]
    row.given_name = row.family_name = ""
    row.date_of_birth, row.erased_at = None, at
    row.save(update_fields=["given_name", "family_name", "date_of_birth", "erased_at"])
    answers += _erase_particulars(row)
    if row.user:
        _close_sign_in(row.user)
        answers.append(_("Erased: your sign-in, its second factor and keys, and the mails we sent you."))
    answers.append(_("Kept: the record of acts under an opaque number, without your name or address."))
    return answers


def _erase_particulars(person: Person) -> list[str]:
    """Erase the rows that no register relies on: see Note [Erasing particulars] in migration 0002."""
    rows = list(Particulars.objects.filter(person=person).order_by("valid_from_on", "id"))
    first_kept = next((place for place, row in enumerate(rows) if _is_relied_on(row)), len(rows))
    answers = []
    # A register shows what held on each day, so it needs every row from the first that it points to.
    if first_kept > 0:
        with connection.cursor() as cursor:
            cursor.execute("SELECT people_erase_particulars(%s)", [[row.pk for row in rows[:first_kept]]])
        answers.append(_("Erased: postal addresses that no register relies on."))
    if first_kept < len(rows):
        answers.append(
            _(
                "Kept: your name, address and e-mail for notices, where a register of members or a society's"
                " accounts rely on them (%(duty)s; %(exception)s)."
            )
            % {"duty": law.REGISTER_DUTY, "exception": law.ERASURE_EXCEPTION}
        )
    return answers


def _is_relied_on(row: Particulars) -> bool:
    """Whether a row of any room points to these particulars.

    Rooms above this one are not imported here; Django's collector of what a deletion would meet knows them all.
    """
    collector = Collector(using=DEFAULT_DB_ALIAS)
    try:
        collector.collect([row])
    except (ProtectedError, RestrictedError):
        return True
    return False


def _close_sign_in(user: User) -> None:
    """Nobody can sign in with this user any more, and the e-mail is free again."""
    MailMessage.objects.filter(to__iexact=user.email).delete()
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    ApiKey.objects.filter(user=user, revoked=False).update(revoked=True)
    ApiKey.objects.filter(user=user).update(name="")
    user.email = f"{user.public_id.lower()}@erased.invalid"
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["email", "is_active", "password"])
