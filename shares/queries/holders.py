"""Who holds: the same holder behind several applications, offers and entries of one society."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet, Sum
from moneyed import Money

from core.money import to_minor
from shares import states
from shares.models import Application, Member, RegisterEntry, Society

if TYPE_CHECKING:
    from people.models import Person, User


@dataclass(frozen=True, slots=True)
class Holder:
    """A natural person, known by their sign-in or their row, or a body, known by its registration number."""

    kind: str = states.HolderKind.INDIVIDUAL.value
    user_id: int | None = None
    person_id: int | None = None
    body_number: str = ""

    @property
    def is_body(self) -> bool:
        """Whether this is a society or a company rather than a natural person."""
        return self.kind != states.HolderKind.INDIVIDUAL.value

    @property
    def is_registered_society(self) -> bool:
        """Whether the statutory limit of a holding does not apply."""
        return self.kind == states.HolderKind.REGISTERED_SOCIETY.value

    @property
    def key(self) -> str:
        """Names the holder within a society, for locks."""
        if self.is_body:
            return f"{self.kind}:{self.body_number}"
        return f"user:{self.user_id}" if self.user_id is not None else f"person:{self.person_id}"


def holder_of_application(application: Application) -> Holder:
    """Tell for whom an application asks."""
    return Holder(
        kind=application.holder_kind,
        user_id=application.user_id,
        person_id=application.person_id,
        body_number=application.body_number,
    )


def holder_of_user(user: User | None) -> Holder:
    """Tell who a user is as a holder; a visitor holds nothing yet."""
    person = getattr(user, "person", None) if user is not None else None
    return Holder(user_id=user.pk if user else None, person_id=person.pk if person else None)


def holder_of_person(person: Person) -> Holder:
    """Tell who a person is as a holder."""
    return Holder(user_id=person.user_id, person_id=person.pk)


def applications_of_holder(society: Society, holder: Holder) -> QuerySet[Application]:
    """Applications of one holder in all offers of a society."""
    rows = Application.objects.filter(offer__society=society, holder_kind=holder.kind)
    if holder.is_body:
        return rows.filter(body_number=holder.body_number)
    return rows.filter(_same_person(holder, user="user_id", person="person_id"))


def members_of_holder(society: Society, holder: Holder) -> QuerySet[Member]:
    """The holder's rows among the members of a society: none or one."""
    rows = Member.objects.filter(society=society, holder_kind=holder.kind)
    if holder.is_body:
        return rows.filter(body_number=holder.body_number)
    return rows.filter(_same_person(holder, user="person__user_id", person="person_id"))


def held_pence(society: Society, holder: Holder) -> int:
    """What a holder holds in a society now, in pence, by the register."""
    entries = RegisterEntry.objects.filter(member__in=members_of_holder(society, holder), amount_paid_currency="GBP")
    return sum_pence(entries.aggregate(total=Sum("amount_paid"))["total"])


def sum_pence(total: object) -> int:
    """Turn the Sum of a sterling column into pence; no rows are no pence."""
    if total is None:
        return 0
    return to_minor(total if isinstance(total, Money) else Money(str(total), "GBP"))


def _same_person(holder: Holder, *, user: str, person: str) -> Q:
    """Rows of the same natural person by sign-in or by row; nothing matches a holder who is neither."""
    same = Q(pk__in=[])
    if holder.user_id is not None:
        same |= Q(**{user: holder.user_id})
    if holder.person_id is not None:
        same |= Q(**{person: holder.person_id})
    return same
