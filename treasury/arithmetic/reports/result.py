"""Income and expenditure: what came in and what was spent within a stretch of days, and what is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

from core.reports import Chart, ChartKind, Check, Report, RowKind, Section
from ledger.states import AccountType
from treasury.arithmetic.report import About, Figure
from treasury.arithmetic.reports.parts import (
    Line,
    account_columns,
    account_lines,
    compared,
    currencies,
    group,
    month_words,
    months_between,
    subtitle,
    sum_of,
)

MOST_MONTHS: Final = 18
"""A picture of more months than this says nothing any more."""


class MonthResult(NamedTuple):
    """What the accounts of one type debited and credited in a month, by its first day."""

    month: date
    currency: str
    type: AccountType
    debits: int
    credits: int


def income_and_expenditure(
    about: About,
    now: Sequence[Figure],
    before: Sequence[Figure] | None = None,
    months: Iterable[MonthResult] = (),
) -> Report:
    """Build the account of income and expenditure.

    Args:
        about: What is asked.
        now: What each account moved on these days, the carrying of a year's result to reserves left out.
        before: The same a year before; None where it was not asked.
        months: The same as `now` by month, for the picture.
    """
    _ = about.words.say
    months = list(months)
    return Report(
        slug=about.slug,
        title=about.title,
        book=about.book,
        book_name=about.book_name,
        subtitle=subtitle(about, since=True),
        asked=about.asked,
        columns=account_columns(about, *compared(about, ("amount", _("Amount")))),
        sections=tuple(_section(about, one, now, before, months) for one in currencies(about, now, before or ())),
        notes=(_("The entry that carries a year's result to reserves is left out: it neither earns nor spends."),),
    )


def _section(
    about: About,
    currency: str,
    now: Sequence[Figure],
    before: Sequence[Figure] | None,
    months: Iterable[MonthResult],
) -> Section:
    _ = about.words.say
    width = 1 if before is None else 2
    income, spent = (
        account_lines(about, now, before, currency=currency, kind=kind, sign=sign, since=True)
        for kind, sign in ((AccountType.INCOME, -1), (AccountType.EXPENSE, 1))
    )
    negated = [Line("", "", tuple(-amount for amount in line.amounts)) for line in spent]
    result = sum_of([*income, *negated], _("Surplus, or loss where negative"), width=width)
    rows = (
        *group(_("Income"), income, _("Total income"), width=width),
        *group(_("Expenditure"), spent, _("Total expenditure"), width=width),
        result.row(RowKind.TOTAL),
    )
    chart = _chart(about, currency, [one for one in months if one.currency == currency])
    return Section(currency, rows, _checks(about, result.amounts[0], chart), chart)


def _chart(about: About, currency: str, months: Sequence[MonthResult]) -> Chart | None:
    _ = about.words.say
    days = months_between(about.asked)
    if not months or len(days) > MOST_MONTHS:
        return None
    sums = dict.fromkeys(days, (0, 0))
    for one in months:
        income, spent = sums[one.month]
        if one.type is AccountType.INCOME:
            sums[one.month] = (income + one.credits - one.debits, spent)
        else:
            sums[one.month] = (income, spent + one.debits - one.credits)
    names = month_words(about, days)
    return Chart(
        ChartKind.COLUMNS,
        _("Income and expenditure by month, %(currency)s") % {"currency": currency},
        (_("Income"), _("Expenditure")),
        tuple((names[day], sums[day]) for day in days),
    )


def _checks(about: About, result: int, chart: Chart | None) -> tuple[Check, ...]:
    if chart is None:
        return ()
    by_month = sum(income - spent for _label, (income, spent) in chart.points)
    return (Check(about.words.say("The months add up to the year's result"), by_month == result),)
