"""The register of members as the law wants it, and what one person holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Max, Min, Sum

from people.models import Particulars
from shares.models import Application, Member, RegisterEntry, Society
from shares.queries.holders import holder_of_person, members_of_holder, sum_pence
from shares.states import HolderKind

if TYPE_CHECKING:
    from people.models import Person


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One member in the register of members, by the letters of the section.

    Source: Co-operative and Community Benefit Societies Act 2014 s.30.

    Attributes:
        member: Public id.
        number: Member number.
        name: (a) name.
        address: (a) postal address, line by line.
        email: (b) electronic address given for notices; empty when none.
        email_purposes: (b) what it was given for.
        shares: (c) number of shares.
        paid_pence: (c) amount paid, in pence.
        other_property: (d) other property in the society.
        entered_on: (e) date entered as a member.
        ceased_on: (f) date of ceasing to be a member.
    """

    member: str
    number: int
    name: str
    address: tuple[str, ...]
    email: str
    email_purposes: tuple[str, ...]
    shares: int
    paid_pence: int
    other_property: tuple[str, ...]
    entered_on: date
    ceased_on: date | None


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """One member in the view that may be inspected: without (c) and (d), and without the e-mail of (b)."""

    number: int
    name: str
    address: tuple[str, ...]
    entered_on: date
    ceased_on: date | None


@dataclass(frozen=True, slots=True)
class Holding:
    """What somebody holds in one society on a day.

    Attributes:
        society: The society.
        member: Their row among its members.
        shares: Number of shares.
        paid_pence: Amount paid on them, in pence.
        entries: The register's entries behind it, oldest first.
    """

    society: Society
    member: Member
    shares: int
    paid_pence: int
    entries: tuple[RegisterEntry, ...]


def register_of_members(*, society: Society, on: date) -> list[RegisterRow]:
    """Give the register of members of a society as it stands at the end of a legal day, by member number.

    Holding, date entered and date ceased are read from the entries up to that day; name and address are those of
    the particulars that were valid then, or failing that of the member's latest entry.

    Args:
        society: Whose register.
        on: The day.

    Source: CCBSA 2014 s.30.
    """
    said = _particulars_on(society, on)
    return [
        RegisterRow(
            member=member.public_id,
            number=member.number,
            name=_name(member, said[member.pk]),
            address=tuple(said[member.pk].address_lines),
            email=said[member.pk].email_for_notices,
            email_purposes=tuple(said[member.pk].email_purposes),
            shares=totals.shares,
            paid_pence=totals.paid_pence,
            # Loans and deposits of members come with the bonds; a society here has none of them in these books.
            other_property=(),
            entered_on=totals.entered_on,
            ceased_on=totals.ceased_on,
        )
        for member, totals in _members_on(society, on)
    ]


def inspection_view(*, society: Society, on: date) -> list[InspectionRow]:
    """Give what may be inspected of the register: names, addresses and dates, and nothing of shares or money.

    Source: CCBSA 2014 s.30 (a register that can be inspected without exposing (c) and (d)).
    """
    said = _particulars_on(society, on)
    return [
        InspectionRow(
            number=member.number,
            name=_name(member, said[member.pk]),
            address=tuple(said[member.pk].address_lines),
            entered_on=totals.entered_on,
            ceased_on=totals.ceased_on,
        )
        for member, totals in _members_on(society, on)
    ]


@dataclass(frozen=True, slots=True)
class _Totals:
    """What a member's entries up to a day add up to."""

    shares: int
    paid_pence: int
    entered_on: date
    ceased_on: date | None


def _members_on(society: Society, on: date) -> list[tuple[Member, _Totals]]:
    """Members with at least one entry by a day, by number, each with the sums over its entries."""
    rows = (
        RegisterEntry.objects.filter(society=society)
        .entered_by(on)
        .order_by()
        .values("member_id")
        .annotate(held=Sum("shares"), paid=Sum("amount_paid"), first_on=Min("entered_on"), last_on=Max("entered_on"))
    )
    totals = {
        row["member_id"]: _Totals(
            shares=row["held"],
            paid_pence=sum_pence(row["paid"]),
            entered_on=row["first_on"],
            ceased_on=row["last_on"] if row["held"] == 0 else None,
        )
        for row in rows
    }
    members = Member.objects.for_society(society).filter(pk__in=list(totals))
    return [(member, totals[member.pk]) for member in members]


def _particulars_on(society: Society, on: date) -> dict[int, Particulars]:
    """What is said of each member on a day: the particulars valid then, or those of the member's last entry."""
    entries = (
        RegisterEntry.objects.filter(society=society)
        .entered_by(on)
        .order_by("member_id", "-number")
        .distinct("member_id")
        .select_related("particulars", "member")
    )
    by_person = {
        row.person_id: row
        for row in Particulars.objects.filter(person__memberships__society=society, valid_from_on__lte=on)
        .order_by("person_id", "-valid_from_on", "-pk")
        .distinct("person_id")
    }
    return {entry.member_id: by_person.get(entry.member.person_id, entry.particulars) for entry in entries}


def _name(member: Member, said: Particulars) -> str:
    """The holder's name: a body's own, with the person who acts for it."""
    if member.holder_kind == HolderKind.INDIVIDUAL.value:
        return said.full_name
    return f"{member.body_name} ({member.body_number}), {said.full_name}"


def holdings_of_person(*, person: Person, on: date) -> list[Holding]:
    """List what a person holds on a day, for themselves and as the one who acts for a body, by society."""
    members = Member.objects.filter(person=person).select_related("society__organisation")
    return [holding for member in members.order_by("pk") if (holding := _holding(member, on)) is not None]


def _holding(member: Member, on: date) -> Holding | None:
    entries = tuple(
        RegisterEntry.objects.filter(member=member)
        .entered_by(on)
        .select_related("share_class", "batch", "application__offer")
        .order_by("number")
    )
    if not entries:
        return None
    return Holding(
        society=member.society,
        member=member,
        shares=sum(entry.shares for entry in entries),
        paid_pence=sum(sum_pence(entry.amount_paid) for entry in entries),
        entries=entries,
    )


def find_member(*, society: Society, person: Person) -> Member | None:
    """Return a person's own row among the members of a society, or None."""
    return members_of_holder(society, holder_of_person(person)).first()


def register_total_pence(*, society: Society, on: date) -> int:
    """Add up the amounts paid by the register of a society on a day, in pence."""
    entries = RegisterEntry.objects.filter(society=society, amount_paid_currency="GBP").entered_by(on)
    return sum_pence(entries.aggregate(total=Sum("amount_paid"))["total"])


def entries_of_application(application: Application) -> list[RegisterEntry]:
    """List the register entries that an application led to."""
    return list(application.register_entries.select_related("share_class", "batch").order_by("number"))
