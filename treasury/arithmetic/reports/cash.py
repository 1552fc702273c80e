"""Cash movement: from what the banks held to what they hold, by what the money came from and went to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

from core.reports import Chart, ChartKind, Check, Report, Row, RowKind, Section
from ledger.states import AccountType
from treasury.arithmetic.report import About, Figure, plain_name
from treasury.arithmetic.reports.parts import (
    Line,
    account_columns,
    account_drill,
    compared,
    currencies,
    group,
    month_words,
    months_between,
    subtitle,
    sum_of,
)
from treasury.arithmetic.reports.result import MOST_MONTHS

BANKS: Final = range(1200, 1260)
PAYMENT_FILES: Final = range(1280, 1290)


def is_money(code: str, kind: AccountType) -> bool:
    """Whether an account is money: a bank, or money between two places (card clearing, payouts, payment files).

    Receipts that nobody knows yet (1260) and disputed card payments (1270) are claims, not money.
    """
    first = int(code[:4])
    return kind == AccountType.ASSET and (first in BANKS or first in PAYMENT_FILES)


class CashFlow(NamedTuple):
    """What money accounts received from another account, or paid to it, in a month."""

    month: date
    code: str
    name: str
    currency: str
    received: int
    paid: int


class CashYear(NamedTuple):
    """What a cash movement is made of: what the money accounts held before and after, and what flowed between."""

    opening: Sequence[Figure]
    closing: Sequence[Figure]
    flows: Sequence[CashFlow]


def cash_movement(about: About, now: CashYear, before: CashYear | None = None) -> Report:
    """Build the cash movement of a stretch of days.

    Args:
        about: What is asked.
        now: Balances of the evening before and of the last day, and the flows between.
        before: The same a year before; None where it was not asked.
    """
    _ = about.words.say
    years = [now] if before is None else [now, before]
    found = currencies(about, *(_money(year.opening) for year in years), *(_money(year.closing) for year in years))
    return Report(
        slug=about.slug,
        title=about.title,
        book=about.book,
        book_name=about.book_name,
        subtitle=subtitle(about, since=True),
        asked=about.asked,
        columns=account_columns(about, *compared(about, ("amount", _("Amount")))),
        sections=tuple(_section(about, currency, years) for currency in found),
        notes=(
            _("Money is what stands on bank accounts and on its way to or from them (1200 to 1259, 1280 to 1289)."),
            _("What moves from one of these accounts to another is neither received nor paid."),
            _("A receipt or payment leads to the account it was booked against, which may have other movements too."),
        ),
    )


def _section(about: About, currency: str, years: Sequence[CashYear]) -> Section:
    _ = about.words.say
    width = len(years)
    opening = _balances(about, currency, years, at_start=True)
    received = _flows(about, currency, years, incoming=True)
    paid = _flows(about, currency, years, incoming=False)
    closing = _balances(about, currency, years, at_start=False)
    before, came, went, after = (sum_of(lines, "", width=width).amounts for lines in (opening, received, paid, closing))
    net = Line("", _("Received less paid"), tuple(a - b for a, b in zip(came, went, strict=True)))
    rows: tuple[Row, ...] = (
        *group(_("Money before"), opening, _("Held before"), width=width),
        *group(_("Received, by what for"), received, _("Total received"), width=width),
        *group(_("Paid, by what for"), paid, _("Total paid"), width=width),
        net.row(RowKind.TOTAL),
        *group(_("Money after"), closing, _("Held after"), width=width),
    )
    holds = all(a + n == b for a, n, b in zip(before, net.amounts, after, strict=True))
    check = Check(_("Held before + received - paid = held after, as the bank accounts say"), holds)
    return Section(currency, rows, (check,), _chart(about, currency, years[0].flows))


def _money(figures: Iterable[Figure]) -> list[Figure]:
    return [one for one in figures if is_money(one.code, one.type)]


def _balances(about: About, currency: str, years: Sequence[CashYear], *, at_start: bool) -> list[Line]:
    columns: list[dict[tuple[str, str], int]] = []
    for year in years:
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for one in _money(year.opening if at_start else year.closing):
            if one.currency == currency:
                sums[one.code, one.name] += one.net
        columns.append(sums)
    return _lines(about, columns)


def _flows(about: About, currency: str, years: Sequence[CashYear], *, incoming: bool) -> list[Line]:
    columns: list[dict[tuple[str, str], int]] = []
    for year in years:
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for one in year.flows:
            if one.currency == currency:
                sums[one.code, one.name] += one.received if incoming else one.paid
        columns.append(sums)
    return _lines(about, columns)


def _lines(about: About, columns: Sequence[dict[tuple[str, str], int]]) -> list[Line]:
    questions = [about.asked, about.asked.year_before()][: len(columns)]
    lines = []
    for code, name in sorted({key for column in columns for key in column}):
        amounts = tuple(column.get((code, name), 0) for column in columns)
        drills = tuple(account_drill(asked, code, since=True) for asked in questions)
        if any(amounts):
            lines.append(Line(code, plain_name(name), amounts, drills))
    return lines


def _chart(about: About, currency: str, flows: Iterable[CashFlow]) -> Chart | None:
    _ = about.words.say
    days = months_between(about.asked)
    found = [one for one in flows if one.currency == currency]
    if not found or len(days) > MOST_MONTHS:
        return None
    sums = dict.fromkeys(days, (0, 0))
    for one in found:
        received, paid = sums[one.month]
        sums[one.month] = (received + one.received, paid + one.paid)
    names = month_words(about, days)
    return Chart(
        ChartKind.COLUMNS,
        _("Money received and paid by month, %(currency)s") % {"currency": currency},
        (_("Received"), _("Paid")),
        tuple((names[day], sums[day]) for day in days),
    )
