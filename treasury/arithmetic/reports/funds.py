"""Funds: what each fund had, earned, spent and has, so that tied money is seen to be there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from core.reports import Asked, Cell, Check, Column, ColumnKind, Drill, Report, Row, RowKind, Section
from ledger.states import AccountType
from treasury.arithmetic.report import About, Figure
from treasury.arithmetic.reports.parts import compared, currencies, fund_words, subtitle


class FundYear(NamedTuple):
    """What the funds report is made of.

    `moved` is what each account moved between the evening before and the last day, the carrying of a year's result
    to reserves left out.
    """

    opening: Sequence[Figure]
    moved: Sequence[Figure]
    closing: Sequence[Figure]


_WIDTH = 5


def funds_report(about: About, now: FundYear, before: FundYear | None = None) -> Report:
    """Build the movement of each fund over a stretch of days.

    A fund's balance is its assets less its liabilities. Money that moves into a fund otherwise than by income (share
    capital, or a reserve that was set aside) is shown apart.

    Args:
        about: What is asked.
        now: The figures.
        before: The same a year before; None where it was not asked.
    """
    _ = about.words.say
    years = [now] if before is None else [now, before]
    money = (
        ("opening", _("Before")),
        ("income", _("Income")),
        ("expenditure", _("Spent")),
        ("capital", _("Capital")),
        ("closing", _("After")),
    )
    return Report(
        slug=about.slug,
        title=about.title,
        book=about.book,
        book_name=about.book_name,
        subtitle=subtitle(about, since=True),
        asked=about.asked,
        columns=(
            Column("fund", _("Fund"), ColumnKind.TEXT),
            *(Column(key, title, ColumnKind.MONEY) for key, title in compared(about, *money)),
        ),
        sections=tuple(
            _section(about, currency, years)
            for currency in currencies(about, *(year.closing for year in years), *(year.opening for year in years))
        ),
        notes=(
            _("What a fund has is its assets less its debts. Spent money is shown as a positive amount."),
            _("Capital: shares issued and withdrawn, and reserves set aside; not a year's result moving to reserves."),
        ),
    )


def _section(about: About, currency: str, years: Sequence[FundYear]) -> Section:
    _ = about.words.say
    questions = [about.asked, about.asked.year_before()][: len(years)]
    columns = [_by_fund(year, currency) for year in years]
    rows = []
    sums = [0] * (_WIDTH * len(years))
    for fund in sorted({fund for column in columns for fund in column}):
        amounts = [amount for column in columns for amount in column.get(fund, (0,) * _WIDTH)]
        if not any(amounts):
            continue
        sums = [a + b for a, b in zip(sums, amounts, strict=True)]
        drills = [drill for asked in questions for drill in _drills(asked, fund)]
        cells = (Cell(amount, drill) for amount, drill in zip(amounts, drills, strict=True))
        rows.append(Row(RowKind.LINE, (Cell(fund_words(about, fund), drills[-1]), *cells)))
    rows.append(Row(RowKind.TOTAL, (Cell(_("All funds")), *(Cell(amount) for amount in sums))))
    holds = all(
        opening + income - spent + capital == closing
        for column in columns
        for opening, income, spent, capital, closing in column.values()
    )
    check = Check(_("Each fund: before + income - spent + capital = after"), holds)
    return Section(currency, tuple(rows), (check,))


def _by_fund(year: FundYear, currency: str) -> dict[str, tuple[int, int, int, int, int]]:
    funds = {one.fund for several in year for one in several if one.currency == currency}
    opening, closing = (
        _sums(figures, currency, {AccountType.ASSET: 1, AccountType.LIABILITY: 1})
        for figures in (year.opening, year.closing)
    )
    income = _sums(year.moved, currency, {AccountType.INCOME: -1})
    spent = _sums(year.moved, currency, {AccountType.EXPENSE: 1})
    capital = _sums(year.moved, currency, {AccountType.EQUITY: -1})
    parts = (opening, income, spent, capital, closing)
    return {fund: tuple(part.get(fund, 0) for part in parts) for fund in funds}  # type: ignore[misc]


def _sums(figures: Iterable[Figure], currency: str, signs: dict[AccountType, int]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for one in figures:
        if one.currency == currency and one.type in signs:
            sums[one.fund] = sums.get(one.fund, 0) + signs[one.type] * one.net
    return sums


def _drills(asked: Asked, fund: str) -> tuple[Drill, ...]:
    def lead(report: str, *, since: bool = False) -> Drill:
        from_on = asked.from_on if since else None
        return Drill(report=report, from_on=from_on, through_on=asked.through_on, fund=fund, known_at=asked.known_at)

    evening_before = asked.from_on.toordinal() - 1
    opening = Drill(
        report="balance-sheet",
        through_on=type(asked.from_on).fromordinal(evening_before) if evening_before else None,
        fund=fund,
        known_at=asked.known_at,
    )
    earned = lead("income-and-expenditure", since=True)
    return (opening, earned, earned, lead("general-ledger", since=True), lead("balance-sheet"))
