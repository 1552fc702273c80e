"""Closing the books: softly, for good, and the year's result into reserves."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import DomainError, InvalidInput
from foundation import audit
from foundation.access import Actor
from foundation.mail import queue_mail
from ledger import operations as ledger_operations
from ledger import queries as ledger
from ledger.models import Book, Entry, Period
from ledger.states import YEAR_END
from people.models import Organisation, Role
from people.queries import officers_of
from treasury.operations.years import check_year_end, hold_years
from treasury.queries.controls import run_controls
from treasury.queries.years import find_years

FINANCE: Final = "finance"
TOLD: Final = frozenset({Role.TREASURER, Role.DIRECTOR})


class ControlsRed(DomainError):
    """A control of the period is red; put it right, then close."""

    code = "treasury.controls_red"


class NotOverYet(InvalidInput):
    """Only days that are over can be closed."""

    code = "treasury.not_over_yet"


@transaction.atomic
def close_books(
    *, book: Book, organisation: Organisation, through: date, today: date, actor: Actor, at: datetime
) -> Period:
    """Close a book through a day for good, seal it, and tell treasurer and directors the head of its chain.

    Args:
        book: Which.
        organisation: Whose it is.
        through: The last day to close.
        today: The legal day; what is to be closed lies before it.
        actor: Who.
        at: Now.

    Raises:
        NotOverYet: the day is not over.
        ControlsRed: a control of the main book's period is red; `facts["controls"]` names each.
        LockMovesForward, PeriodHasHolds: see `ledger.operations.close_period`.
    """
    _check_over(through, today)
    if book.kind == "main":
        _check_controls(book, organisation, through)
    period = ledger_operations.close_period(book=book, through=through, actor=actor.ref, at=at)
    _record(book, "treasury.books_closed", actor, at, {"through": through.isoformat(), "head": period.head_seq})
    _tell(book, organisation, period, at)
    return period


@transaction.atomic
def close_books_softly(*, book: Book, through: date | None, today: date, actor: Actor, at: datetime) -> Book:
    """Close a book through a day for everybody but the treasurer, or open again what is not closed for good.

    Args:
        book: Which.
        through: The last day to close; None to open again.
        today: The legal day.
        actor: Who.
        at: Now.

    Raises:
        NotOverYet: the day is not over.
    """
    if through is not None:
        _check_over(through, today)
    closed = ledger_operations.close_softly(book=book, through=through)
    _record(book, "treasury.books_softly_closed", actor, at, {"through": through.isoformat() if through else None})
    return closed


@transaction.atomic
def carry_year(*, book: Book, year_end: date, today: date, actor: Actor, at: datetime) -> Entry:
    """Carry a year's income and expenditure to reserves; a late entry in the year is carried by doing it again.

    Args:
        book: Which.
        year_end: The last day of a financial year of the book's organisation.
        today: The legal day.
        actor: Who.
        at: Now.

    Raises:
        NotOverYet: the year is not over.
        NotAYearEnd: no financial year ends on that day; what it earned would be carried in the middle of a year.
        NothingToClose: there is nothing to carry.
        PeriodClosed: the day is closed for good.
    """
    _check_over(year_end, today)
    hold_years(book.organisation)
    check_year_end(find_years(book.organisation), year_end)
    done = Entry.objects.filter(book=book, kind=YEAR_END, effective_on=year_end).count()
    posted = ledger_operations.close_year(
        book=book,
        year_end=year_end,
        key=f"year-end:{year_end.isoformat()}:{done + 1}",
        actor=actor.ref,
        recorded_at=at,
        authority=FINANCE,
    )
    _record(book, "treasury.year_carried", actor, at, {"year_end": year_end.isoformat()})
    return posted.entry


def _check_over(day: date, today: date) -> None:
    if day >= today:
        raise NotOverYet(_("Choose a day that is over: %(today)s is still running.") % {"today": today}, today=today)


def _check_controls(book: Book, organisation: Organisation, through: date) -> None:
    until_on = through + timedelta(days=1)
    from_on = book.locked_through + timedelta(days=1) if book.locked_through else through.replace(day=1)
    results = run_controls(
        organisation=organisation.public_id, slug=organisation.slug, from_on=from_on, until_on=until_on
    )
    red = [one.title for one in results if not one.passed]
    if red:
        raise ControlsRed(
            _("These controls are red: %(controls)s. Put them right first; “Month end” says how.")
            % {"controls": "; ".join(red)},
            controls=red,
        )


def _record(book: Book, action: str, actor: Actor, at: datetime, after: dict[str, object]) -> None:
    audit.record(actor=actor.ref, action=action, at=at, organisation=book.organisation, subject=book.slug, after=after)


def _tell(book: Book, organisation: Organisation, period: Period, at: datetime) -> None:
    """Send the head to the officers: what they hold proves later what was closed."""
    told = officers_of(organisation).filter(role__in=TOLD).select_related("user")
    for user in {one.user for one in told if one.user.is_active}:
        queue_mail(
            to=user.email,
            template="treasury/mail/books_closed",
            context={
                "organisation": organisation.name,
                "book": book,
                "period": period,
                "url": f"{settings.PUBLIC_BASE_URL}/groups/{organisation.slug}/books/{book.slug}/closing/",
            },
            key=f"treasury:closed:{period.pk}:{user.public_id}",
            at=at,
            organisation=organisation.public_id,
        )
    head = ledger.find_head(book=book)
    if head is not None and told:
        ledger_operations.record_anchor(seal=head, place="mail:officers", at=at)
