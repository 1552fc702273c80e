"""The register of members as the law wants it, and what one person holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Max, Min, Q, QuerySet, Sum

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
    latest_entry = _latest_entries(society, on)
    return [
        RegisterRow(
            member=member.public_id,
            number=member.number,
            name=_name(member, latest_entry[member.pk]),
            address=tuple(latest_entry[member.pk].particulars.address_lines),
            email=latest_entry[member.pk].particulars.email_for_notices,
            email_purposes=tuple(latest_entry[member.pk].particulars.email_purposes),
            shares=member.shares_held,
            paid_pence=sum_pence(member.amount_held),
            # Loans and deposits of members come with the bonds; a society here has none of them in these books.
            other_property=(),
            entered_on=member.entered_on,
            ceased_on=member.last_on if member.shares_held == 0 else None,
        )
        for member in _members_on(society, on)
    ]


def inspection_view(*, society: Society, on: date) -> list[InspectionRow]:
    """Give what may be inspected of the register: names, addresses and dates, and nothing of shares or money.

    Source: CCBSA 2014 s.30 (a register that can be inspected without exposing (c) and (d)).
    """
    latest_entry = _latest_entries(society, on)
    return [
        InspectionRow(
            number=member.number,
            name=_name(member, latest_entry[member.pk]),
            address=tuple(latest_entry[member.pk].particulars.address_lines),
            entered_on=member.entered_on,
            ceased_on=member.last_on if member.shares_held == 0 else None,
        )
        for member in _members_on(society, on)
    ]


def _members_on(society: Society, on: date) -> QuerySet[Member]:
    """Members with at least one entry by a day, each with sums over its entries."""
    by_then = Q(register_entries__entered_on__lte=on)
    return (
        Member.objects.for_society(society)
        .filter(by_then)
        .annotate(
            shares_held=Sum("register_entries__shares", filter=by_then),
            amount_held=Sum("register_entries__amount_paid", filter=by_then),
            entered_on=Min("register_entries__entered_on", filter=by_then),
            last_on=Max("register_entries__entered_on", filter=by_then),
        )
    )


def _latest_entries(society: Society, on: date) -> dict[int, RegisterEntry]:
    """The last entry of each member by a day, with the particulars it points to."""
    rows = (
        RegisterEntry.objects.filter(society=society)
        .entered_by(on)
        .order_by("member_id", "-number")
        .distinct("member_id")
        .select_related("particulars")
    )
    return {entry.member_id: entry for entry in rows}


def _name(member: Member, entry: RegisterEntry) -> str:
    """The holder's name: a body's own, with the person who acts for it."""
    if member.holder_kind == HolderKind.INDIVIDUAL.value:
        return entry.particulars.full_name
    return f"{member.body_name} ({member.body_number}), {entry.particulars.full_name}"


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
