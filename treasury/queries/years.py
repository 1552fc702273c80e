"""When an organisation's financial years end, and what the page about it shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from ledger.models import Book, Entry
from ledger.states import YEAR_END
from people.models import Organisation
from treasury.arithmetic.years import FIRST_DAY, LAST_OF_FEBRUARY, Rule, Year, YearEnd, Years, years_by
from treasury.models import FinancialYearEnd

_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class ShownYear:
    """A financial year with its length, and where it stands: over, running or to come."""

    first_on: date
    last_on: date
    months: int
    state: str


@dataclass(frozen=True, slots=True)
class SaidYearEnd:
    """A year end as it was said once: its words, and the day from which it holds; None where it has always been so."""

    row: FinancialYearEnd
    words: str
    from_on: date | None


@dataclass(frozen=True, slots=True)
class YearPage:
    """The financial year as a page or a program is told it; `is_set` is False while nobody has said one."""

    is_set: bool
    end: YearEnd
    years: list[ShownYear]
    history: list[SaidYearEnd]
    carried_on: date | None
    locked_on: date | None

    @property
    def words(self) -> str:
        """The year end in words."""
        return write_year_end(self.end)


@dataclass(frozen=True, slots=True)
class YearToCarry:
    """The financial year whose result is carried next, or was carried last where all are."""

    year: Year
    is_carried: bool
    is_locked: bool

    @property
    def proposed_on(self) -> date | None:
        """The year end to propose; None where there is nothing to do, or nothing can be done any more."""
        return None if self.is_carried or self.is_locked else self.year.last_on


def find_years(organisation: str) -> Years:
    """Find the financial years of an organisation (public id): of 31 December where it has said nothing."""
    return years_by(rule_of(row) for row in FinancialYearEnd.objects.said_by(organisation))


def rule_of(row: FinancialYearEnd) -> Rule:
    """Read a row."""
    return Rule(row.from_on, YearEnd(row.month, row.day))


def find_last_carried(organisation: str) -> date | None:
    """Find the last year end at which a result was carried to reserves in any book of an organisation (public id)."""
    entries = Entry.objects.filter(book__organisation=organisation, kind=YEAR_END, reversed_by__isnull=True)
    found: date | None = entries.filter(reverses__isnull=True).aggregate(last=Max("effective_on"))["last"]
    return found


def find_last_locked(organisation: str) -> date | None:
    """Find through which day books of an organisation (public id) are closed for good."""
    found: date | None = Book.objects.filter(organisation=organisation).aggregate(last=Max("locked_through"))["last"]
    return found


def find_year_to_carry(*, book: Book, today: date) -> YearToCarry:
    """Find the financial year that the closing page proposes: the first that is over and was not carried yet.

    Args:
        book: Which.
        today: The legal day; the year ended before it.
    """
    years = find_years(book.organisation)
    carried: date | None = Entry.objects.filter(
        book=book, kind=YEAR_END, reverses__isnull=True, reversed_by__isnull=True
    ).aggregate(last=Max("effective_on"))["last"]
    last = years.year_of(years.end_before(today))
    following = years.year_after(years.year_of(carried)) if carried else last
    year = min(following, last)
    is_locked = book.locked_through is not None and year.last_on <= book.locked_through
    return YearToCarry(year, is_carried=carried is not None and year.last_on <= carried, is_locked=is_locked)


def get_year_page(*, organisation: Organisation, today: date) -> YearPage:
    """Collect what the page of the financial year shows.

    Args:
        organisation: Whose.
        today: The legal day; the year before it, its own, and the two after it are shown.
    """
    history = list(FinancialYearEnd.objects.for_organisation(organisation))
    years = years_by(rule_of(row) for row in history)
    now = years.year_of(today)
    following = years.year_after(now)
    shown = [
        (years.year_before(now), _("over")),
        (now, _("running")),
        (following, _("to come")),
        (years.year_after(following), _("to come")),
    ]
    return YearPage(
        is_set=bool(history),
        end=years.rule_on(now.last_on).end,
        years=[ShownYear(year.first_on, year.last_on, year.months, state) for year, state in shown],
        history=[
            SaidYearEnd(row, write_year_end(rule_of(row).end), row.from_on if row.from_on > FIRST_DAY else None)
            for row in reversed(history)
        ],
        carried_on=find_last_carried(organisation.public_id),
        locked_on=find_last_locked(organisation.public_id),
    )


def write_year_end(end: YearEnd) -> str:
    """Write a year end in words: 31 March, or the last day of February."""
    if end == YearEnd(2, LAST_OF_FEBRUARY):
        return _("the last day of February")
    return format_date(end.in_year(_LEAP_YEAR), "j F")
