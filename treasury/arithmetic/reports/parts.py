"""What the builders share: lines and groups of lines, sections by currency, the lines under a title."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date

from core.reports import UNRESTRICTED, Asked, Cell, Column, ColumnKind, Drill, Row, RowKind
from ledger.states import AccountType
from treasury.arithmetic.report import About, Figure, plain_name


@dataclass(frozen=True, slots=True)
class Line:
    """One account, or whatever else a report lists: its code, its words, an amount for each money column."""

    code: str
    label: str
    amounts: tuple[int, ...]
    drills: tuple[Drill | None, ...] = ()

    def row(self, kind: RowKind = RowKind.LINE) -> Row:
        """Lay the line out under the columns code, account and the amounts."""
        drills = self.drills or (None,) * len(self.amounts)
        amounts = tuple(Cell(amount, drill) for amount, drill in zip(self.amounts, drills, strict=True))
        return Row(kind, (Cell(self.code or None), Cell(self.label, drills[0]), *amounts))


def account_columns(about: About, *money: tuple[str, str]) -> tuple[Column, ...]:
    """Give the columns code and account, and one for each (key, title) of an amount."""
    _ = about.words.say
    return (
        Column("code", _("Code"), ColumnKind.CODE),
        Column("account", _("Account"), ColumnKind.TEXT),
        *(Column(key, title, ColumnKind.MONEY) for key, title in money),
    )


def compared(about: About, *money: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Repeat the amounts for the year before, where that was asked."""
    if not about.asked.compare:
        return money
    said = about.words.say("%(what)s, year before")
    return (*money, *((f"{key}_before", said % {"what": title}) for key, title in money))


def group(title: str, lines: Sequence[Line], total: str, *, width: int) -> tuple[Row, ...]:
    """Lay out a heading, its lines and their sum. `width` is the number of money columns."""
    heading = Row(RowKind.HEADING, (Cell(), Cell(title), *(Cell() for _column in range(width))))
    return (heading, *(line.row() for line in lines), sum_of(lines, total, width=width).row(RowKind.SUBTOTAL))


def sum_of(lines: Iterable[Line], label: str, *, width: int) -> Line:
    """Add lines up, column by column."""
    sums = [0] * width
    for line in lines:
        sums = [before + amount for before, amount in zip(sums, line.amounts, strict=True)]
    return Line("", label, tuple(sums))


def currencies(about: About, *figures: Iterable[Figure]) -> list[str]:
    """List the currencies that occur, the book's own first; that one is there even where nothing is."""
    found = {figure.currency for several in figures for figure in several}
    return [about.currency, *sorted(found - {about.currency})]


def sums_by_account(
    figures: Iterable[Figure], currency: str, types: Iterable[AccountType]
) -> dict[tuple[str, str], tuple[int, int]]:
    """Add the funds of each account up: debits and credits by (code, name)."""
    wanted = frozenset(types)
    sums: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in figures:
        if one.currency == currency and one.type in wanted:
            debits, credits_ = sums[one.code, one.name]
            sums[one.code, one.name] = (debits + one.debits, credits_ + one.credits)
    return sums


def account_lines(
    about: About,
    now: Iterable[Figure],
    before: Iterable[Figure] | None,
    *,
    currency: str,
    kind: AccountType,
    sign: int,
    since: bool,
) -> list[Line]:
    """List the accounts of a type with their amounts, this year and perhaps the year before, by code.

    Args:
        about: What is asked.
        now: The figures.
        before: Those of the year before; None where they were not asked.
        currency: Only accounts in it.
        kind: Only accounts of this type.
        sign: +1 to count debits, -1 to count credits.
        since: Whether the figures are of a stretch of days, so that they lead to the movements of these days.
    """
    columns = [sums_by_account(now, currency, [kind])]
    columns += [sums_by_account(before, currency, [kind])] if before is not None else []
    questions = [about.asked, about.asked.year_before()] if before is not None else [about.asked]
    lines = []
    for code, name in sorted({key for column in columns for key in column}):
        amounts = tuple(sign * _net(column, (code, name)) for column in columns)
        drills = tuple(account_drill(asked, code, since=since) for asked in questions)
        if any(amounts):
            lines.append(Line(code, plain_name(name), amounts, drills))
    return lines


def account_drill(asked: Asked, code: str, *, since: bool, owner: str = "") -> Drill:
    """Lead to the movements of an account on the days of a report, or since its year began.

    What an owner owes may be older than a year, so the part of an owner is shown from its beginning.
    """
    return Drill(
        account=code,
        from_on=asked.from_on if since or not owner else None,
        through_on=asked.through_on,
        owner=owner,
        fund=asked.fund,
        known_at=asked.known_at,
    )


def subtitle(about: About, *, since: bool) -> tuple[str, ...]:
    """Say which days, which fund, and as known at which moment."""
    _, asked = about.words.say, about.asked
    lines = [_period_words(about, asked, since=since)]
    if asked.compare:
        period = _period_words(about, asked.year_before(), since=since)
        lines.append(_("Compared with: %(period)s") % {"period": period})
    if asked.fund is not None:
        lines.append(_("Only money of: %(fund)s") % {"fund": fund_words(about, asked.fund)})
    if asked.known_at is not None:
        moment = asked.known_at.astimezone(UTC)
        lines.append(
            _("As it was known on %(day)s at %(time)s UTC")
            % {"day": about.words.day(moment.date()), "time": f"{moment:%H:%M}"}
        )
    return tuple(lines)


def fund_words(about: About, fund: str) -> str:
    """Name a fund."""
    return about.words.say("General money, tied to nothing") if fund == UNRESTRICTED else fund


def month_words(about: About, months: Iterable[date]) -> dict[date, str]:
    """Name months briefly: Jan 26."""
    named = {month: about.words.day(month).split() for month in months}
    return {month: f"{words[-2][:3]} {words[-1][-2:]}" for month, words in named.items()}


def months_between(asked: Asked) -> list[date]:
    """List the first days of the months that a question touches."""
    month = asked.from_on.replace(day=1)
    found = []
    while month <= asked.through_on:
        found.append(month)
        month = (month.replace(day=28) + _FOUR_DAYS).replace(day=1)
    return found


def _net(column: Mapping[tuple[str, str], tuple[int, int]], key: tuple[str, str]) -> int:
    debits, credits_ = column.get(key, (0, 0))
    return debits - credits_


def _period_words(about: About, asked: Asked, *, since: bool) -> str:
    _, day = about.words.say, about.words.day
    if since:
        return _("%(first)s to %(last)s") % {"first": day(asked.from_on), "last": day(asked.through_on)}
    return _("At the end of %(day)s") % {"day": day(asked.through_on)}


_FOUR_DAYS = date(2000, 1, 5) - date(2000, 1, 1)
