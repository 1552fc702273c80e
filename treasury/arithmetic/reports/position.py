"""The balance sheet: what there is, what is owed, and what of the rest is whose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.reports import Chart, ChartKind, Check, Drill, Report, RowKind, Section
from ledger.states import AccountType
from treasury.arithmetic.report import About, Figure
from treasury.arithmetic.reports.parts import (
    Line,
    account_columns,
    account_lines,
    compared,
    currencies,
    group,
    subtitle,
    sum_of,
)

MOST_BARS: Final = 5


def balance_sheet(about: About, now: Sequence[Figure], before: Sequence[Figure] | None = None) -> Report:
    """Build the balance sheet at the end of a day.

    Args:
        about: What is asked.
        now: What every account had seen by the end of the day.
        before: The same a year before; None where it was not asked.
    """
    _ = about.words.say
    return Report(
        slug=about.slug,
        title=about.title,
        book=about.book,
        book_name=about.book_name,
        subtitle=subtitle(about, since=False),
        asked=about.asked,
        columns=account_columns(about, *compared(about, ("amount", _("Amount")))),
        sections=tuple(_section(about, one, now, before) for one in currencies(about, now, before or ())),
        notes=(_("A negative amount stands on the other side of its account, such as an overdrawn bank."),),
    )


def _section(about: About, currency: str, now: Sequence[Figure], before: Sequence[Figure] | None) -> Section:
    _ = about.words.say
    width = 1 if before is None else 2
    assets, owed, capital, income, spent = (
        account_lines(about, now, before, currency=currency, kind=kind, sign=sign, since=False)
        for kind, sign in (
            (AccountType.ASSET, 1),
            (AccountType.LIABILITY, -1),
            (AccountType.EQUITY, -1),
            (AccountType.INCOME, -1),
            (AccountType.EXPENSE, -1),
        )
    )
    # Income less expenditure that no year's end has carried to reserves yet; a loss is negative.
    open_result = sum_of([*income, *spent], _("Result not yet carried to reserves"), width=width)
    capital.append(Line("", open_result.label, open_result.amounts, _result_drills(about, width)))
    there, due, owned = (sum_of(lines, "", width=width).amounts for lines in (assets, owed, capital))
    net = Line("", _("Net assets"), tuple(a - b for a, b in zip(there, due, strict=True)))
    rows = (
        *group(_("Assets"), assets, _("Total assets"), width=width),
        *group(_("Liabilities"), owed, _("Total liabilities"), width=width),
        net.row(RowKind.TOTAL),
        *group(_("Capital and reserves"), capital, _("Total capital and reserves"), width=width),
    )
    holds = all(a == b + q for a, b, q in zip(there, due, owned, strict=True))
    check = Check(_("Assets = liabilities + capital and reserves + result not yet carried"), holds)
    return Section(currency, rows, (check,), _chart(about, currency, (assets, owed, capital)))


def _largest(about: About, lines: Sequence[Line]) -> list[tuple[str, int]]:
    """Keep the largest amounts apart and add the small ones up: a picture of thirty bars says nothing."""
    amounts = sorted(((line.label, line.amounts[0]) for line in lines if line.amounts[0]), key=lambda one: -abs(one[1]))
    if len(amounts) <= MOST_BARS:
        return amounts
    rest = sum(amount for _label, amount in amounts[MOST_BARS - 1 :])
    return [*amounts[: MOST_BARS - 1], (about.words.say("All others"), rest)]


def _result_drills(about: About, width: int) -> tuple[Drill, ...]:
    """The result is the income and expense accounts of the trial balance of that very day."""
    questions = [about.asked, about.asked.year_before()][:width]
    return tuple(
        Drill(report="trial-balance", through_on=one.through_on, fund=one.fund, known_at=one.known_at)
        for one in questions
    )


def _chart(about: About, currency: str, parts: tuple[list[Line], list[Line], list[Line]]) -> Chart | None:
    _ = about.words.say
    titles = (_("Asset"), _("Owed"), _("Own"))
    points = tuple(
        (f"{title}: {label}", (amount,))
        for title, lines in zip(titles, parts, strict=True)
        for label, amount in _largest(about, lines)
    )
    title = _("What the balance sheet is made of, %(currency)s") % {"currency": currency}
    return Chart(ChartKind.BARS, title, (_("Amount"),), points) if points else None
