"""Aged debtors and creditors: who owes how much, and since when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from core.reports import Asked, Cell, Chart, ChartKind, Check, Column, ColumnKind, Report, Row, RowKind, Section
from ledger.states import NORMAL_SIGN, AccountType
from treasury.arithmetic.report import About, plain_name
from treasury.arithmetic.reports.parts import account_drill, subtitle

BUCKET_ENDS: Final = (0, 30, 60, 90)
"""The oldest age in days of each bucket but the last: today, 1-30, 31-60, 61-90, over 90."""
_BUCKETS: Final = len(BUCKET_ENDS) + 1


class DayTotal(NamedTuple):
    """What one owner's part of an account debited and credited on a day."""

    code: str
    name: str
    type: AccountType
    currency: str
    owner: str
    on: date
    debits: int
    credits: int


class OpenItem(NamedTuple):
    """What one owner owes, or is owed: an amount for each age, and what stands in credit as a negative amount."""

    buckets: tuple[int, ...]
    in_credit: int

    @property
    def total(self) -> int:
        """The balance."""
        return sum(self.buckets) + self.in_credit


def age_owner(days: Iterable[tuple[date, int, int]], *, on: date) -> OpenItem:
    """Set what was settled against the oldest charges first, and say how old the rest is.

    Args:
        days: For each day what was charged and what was settled, in minor units; in any order.
        on: The day on which the age is counted. A charge of that day, or of a later one, is of today.

    Returns:
        Amounts that sum exactly to everything charged less everything settled.
    """
    charges: dict[date, int] = defaultdict(int)
    settled = 0
    for day, charged, paid in days:
        charges[day] += charged
        settled += paid
    buckets = [0] * _BUCKETS
    for day in sorted(charges):
        covered = min(charges[day], settled)
        settled -= covered
        buckets[_bucket((on - day).days)] += charges[day] - covered
    return OpenItem(tuple(buckets), -settled)


def _bucket(age: int) -> int:
    return next((place for place, end in enumerate(BUCKET_ENDS) if age <= end), _BUCKETS - 1)


def aged_debts(
    about: About,
    days: Sequence[DayTotal],
    *,
    labels: Mapping[str, str],
    balances: Mapping[str, int] | None = None,
) -> Report:
    """Build the list of who owes, or is owed, by age.

    Args:
        about: What is asked.
        days: What each owner's part of the accounts saw by day, until the day asked for.
        labels: What people call the owners.
        balances: What the accounts hold by code, to be compared; None where that is not known.
    """
    _ = about.words.say
    titles = (_("Today"), _("1-30 days"), _("31-60 days"), _("61-90 days"), _("Over 90 days"), _("In credit"))
    keys = ("today", "days_1_30", "days_31_60", "days_61_90", "days_over_90", "in_credit")
    money = (*zip(keys, titles, strict=True), ("total", _("Total")))
    found = {one.currency for one in days}
    return Report(
        slug=about.slug,
        title=about.title,
        book=about.book,
        book_name=about.book_name,
        subtitle=subtitle(about, since=False),
        asked=about.asked,
        columns=(
            Column("name", _("Who"), ColumnKind.TEXT),
            Column("owner", _("Reference"), ColumnKind.CODE),
            *(Column(key, title, ColumnKind.MONEY) for key, title in money),
        ),
        sections=tuple(
            _section(about, currency, [one for one in days if one.currency == currency], labels, balances, titles)
            for currency in [about.currency, *sorted(found - {about.currency})]
        ),
        notes=(
            _("What was paid settles the oldest first. The age counts from the day of the entry."),
            _("Whoever has paid more than was owed stands in credit, as a negative amount."),
        ),
    )


def _section(  # noqa: PLR0917 - the parts of one section
    about: About,
    currency: str,
    days: Sequence[DayTotal],
    labels: Mapping[str, str],
    balances: Mapping[str, int] | None,
    titles: Sequence[str],
) -> Section:
    _ = about.words.say
    rows: list[Row] = []
    checks: list[Check] = []
    whole = [0] * (_BUCKETS + 2)
    for code, name in sorted({(one.code, one.name) for one in days}):
        items = _items([one for one in days if one.code == code], about.asked.through_on)
        if not items:
            continue
        sums = [sum(column) for column in zip(*(_amounts(item) for item in items.values()), strict=True)]
        whole = [a + b for a, b in zip(whole, sums, strict=True)]
        rows += _account_rows(about, f"{code} {plain_name(name)}", _lines(about.asked, code, items, labels), sums)
        if balances is not None:
            words = _("The owners of %(account)s add up to the account") % {"account": f"{code} {plain_name(name)}"}
            checks.append(Check(words, sums[-1] == balances.get(code, 0)))
    rows.append(Row(RowKind.TOTAL, (Cell(_("Total")), Cell(), *(Cell(amount) for amount in whole))))
    points = tuple((title, (amount,)) for title, amount in zip(titles, whole, strict=False))
    chart = Chart(ChartKind.BARS, _("Amounts by age, %(currency)s") % {"currency": currency}, (_("Amount"),), points)
    return Section(currency, tuple(rows), tuple(checks), chart if any(whole) else None)


def _items(days: Sequence[DayTotal], on: date) -> dict[str, OpenItem]:
    by_owner: dict[str, list[tuple[date, int, int]]] = defaultdict(list)
    for one in days:
        is_debit = NORMAL_SIGN[one.type] == 1
        charged, paid = (one.debits, one.credits) if is_debit else (one.credits, one.debits)
        by_owner[one.owner].append((one.on, charged, paid))
    items = {owner: age_owner(found, on=on) for owner, found in by_owner.items()}
    return {owner: item for owner, item in items.items() if item.total}


def _amounts(item: OpenItem) -> tuple[int, ...]:
    return (*item.buckets, item.in_credit, item.total)


def _lines(asked: Asked, code: str, items: Mapping[str, OpenItem], labels: Mapping[str, str]) -> list[Row]:
    lines = []
    for owner in sorted(items, key=lambda one: (labels.get(one, one).casefold(), one)):
        drill = account_drill(asked, code, since=False, owner=owner)
        cells = (Cell(amount, drill) for amount in _amounts(items[owner]))
        lines.append(Row(RowKind.LINE, (Cell(labels.get(owner, owner), drill), Cell(owner), *cells)))
    return lines


def _account_rows(about: About, title: str, lines: Sequence[Row], sums: Sequence[int]) -> list[Row]:
    _ = about.words.say
    empty = [Cell()] * (len(sums) + 1)
    total = Row(
        RowKind.SUBTOTAL,
        (Cell(_("Total of %(account)s") % {"account": title}), Cell(), *(Cell(amount) for amount in sums)),
    )
    return [Row(RowKind.HEADING, (Cell(title), *empty)), *lines, total]
