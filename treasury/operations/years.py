"""On which day of the year the accounts end: said by the treasurer, never for years that are done."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from core.errors import DomainError, InvalidInput
from foundation import audit
from foundation.access import Actor
from people.models import Organisation
from treasury.arithmetic.years import (
    FIRST_DAY,
    LAST_DAY,
    MOST_MONTHS,
    Rule,
    YearEnd,
    Years,
    becomes_too_long,
    find_year_end,
    years_by,
)
from treasury.models import FinancialYearEnd
from treasury.operations.journals.records import check_reason
from treasury.queries.years import find_last_carried, find_last_locked, rule_of, write_year_end


class YearEndUnusable(InvalidInput):
    """There is no such day in a year, or it would hold from a day that no calendar of accounts knows."""

    code = "treasury.year_end_unusable"


class YearEndUnchanged(DomainError):
    """Years end on that day already."""

    code = "treasury.year_end_unchanged"


class YearIsDone(DomainError):
    """The change would move the end of a year whose result was carried to reserves, or that is closed for good."""

    code = "treasury.year_is_done"


class YearTooLong(InvalidInput):
    """The change would make a financial year longer than eighteen months."""

    code = "treasury.year_too_long"


class NotAYearEnd(InvalidInput):
    """No financial year ends on that day; `facts` name the ends before and after it."""

    code = "treasury.not_a_year_end"


@transaction.atomic
def set_year_end(
    *, organisation: Organisation, month: int, day: int, from_on: date, reason: str, actor: Actor, at: datetime
) -> FinancialYearEnd:
    """Let financial years end on another day of the year. Year ends before `from_on` stay what they were.

    Args:
        organisation: Whose.
        month: 1 to 12.
        day: A day that the month has; 28 and 29 February are its last day in every year.
        from_on: The first day that can be such a year end; 1 January 1900 for one that has always held.
        reason: What it rests on, such as the notice to the FCA.
        actor: Who.
        at: Now.

    Raises:
        YearEndUnusable: there is no such day.
        YearEndUnchanged: years end on that day already.
        YearIsDone: a year from there on is carried or closed already. The first time that an organisation says when
            its years end, days that are closed for good stand in no way: nobody carried a year by them.
        YearTooLong: a year would have more than eighteen months.
        WhyMissing: no reason was given.
    """
    end = find_year_end(month, day)
    if end is None:
        raise YearEndUnusable(_("There is no such day in a year."), month=month, day=day)
    if not FIRST_DAY <= from_on <= LAST_DAY:
        raise YearEndUnusable(_("Please give a year between 1900 and 2999."), from_on=from_on)
    why = check_reason(reason)
    # Two who say it at once say it one after the other, and nobody carries a year meanwhile.
    hold_years(organisation.public_id)
    rows = list(FinancialYearEnd.objects.for_organisation(organisation))
    years = years_by(rule_of(row) for row in rows)
    rule = Rule(from_on, end)
    if rows and years.ends_from(from_on) == {end}:
        raise YearEndUnchanged(_("Financial years end on %(end)s already.") % {"end": write_year_end(end)})
    _check_not_done(organisation, from_on, is_first=not rows)
    _check_length(years, rule)
    _record(organisation, years.rule_on(from_on).end if rows else None, rule, actor=actor, at=at, reason=why)
    return FinancialYearEnd.objects.create(
        organisation=organisation,
        month=end.month,
        day=end.day,
        from_on=from_on,
        set_by=actor.ref,
        set_at=at,
        reason=why,
    )


def hold_years(organisation: str) -> None:
    """Let nobody else change the financial years of an organisation (public id) before this transaction is over."""
    Organisation.objects.select_for_update(no_key=True).filter(public_id=organisation).first()


def check_year_end(years: Years, on: date) -> None:
    """Let only the end of a financial year pass.

    Raises:
        NotAYearEnd: it is another day.
    """
    if years.is_end(on):
        return
    year = years.year_of(on)
    before = years.year_before(year).last_on
    words = _("No financial year ends on %(on)s. Yours end on %(before)s and %(after)s.")
    facts = {"on": _day(on), "before": _day(before), "after": _day(year.last_on)}
    raise NotAYearEnd(words % facts, before=before, after=year.last_on)


def _check_not_done(organisation: Organisation, from_on: date, *, is_first: bool) -> None:
    carried = find_last_carried(organisation.public_id)
    if carried is not None and from_on <= carried:
        words = _(
            "The year to %(on)s was carried to reserves, so its end stays. Let the new one hold from a later day."
        )
        raise YearIsDone(words % {"on": _day(carried)}, carried_on=carried)
    locked = None if is_first else find_last_locked(organisation.public_id)
    if locked is not None and from_on <= locked:
        words = _("The books are closed through %(on)s, so year ends until then stay. Let the new one hold from later.")
        raise YearIsDone(words % {"on": _day(locked)}, locked_through=locked)


def _check_length(years: Years, rule: Rule) -> None:
    year = becomes_too_long(years, rule)
    if year is not None:
        words = _("The year from %(first)s to %(last)s would have more than %(most)s months. Let it hold from earlier.")
        facts = {"first": _day(year.first_on), "last": _day(year.last_on), "most": MOST_MONTHS}
        raise YearTooLong(words % facts, first_on=year.first_on, last_on=year.last_on)


def _record(
    organisation: Organisation, before: YearEnd | None, rule: Rule, *, actor: Actor, at: datetime, reason: str
) -> None:
    audit.record(
        actor=actor.ref,
        action="treasury.year_end_set",
        at=at,
        organisation=organisation.public_id,
        before={"month": before.month, "day": before.day} if before else {},
        after={"month": rule.end.month, "day": rule.end.day, "from_on": rule.from_on.isoformat()},
        reason=reason,
    )


def _day(on: date) -> str:
    return format_date(on, "j F Y")
