"""The trial balance: every account with what stands on its debit or its credit side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from core.reports import Check, Report, Row, RowKind, Section
from ledger.states import AccountType
from treasury.arithmetic.report import About, Figure, plain_name
from treasury.arithmetic.reports.parts import (
    Line,
    account_columns,
    account_drill,
    compared,
    currencies,
    subtitle,
    sum_of,
    sums_by_account,
)

Sums = Mapping[tuple[str, str], tuple[int, int]]


def trial_balance(about: About, now: Sequence[Figure], before: Sequence[Figure] | None = None) -> Report:
    """Build the trial balance at the end of a day.

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
        columns=account_columns(about, *compared(about, ("debit", _("Debit")), ("credit", _("Credit")))),
        sections=tuple(_section(about, one, now, before) for one in currencies(about, now, before or ())),
    )


def _section(about: About, currency: str, now: Iterable[Figure], before: Iterable[Figure] | None) -> Section:
    _ = about.words.say
    columns = [sums_by_account(now, currency, AccountType)]
    columns += [sums_by_account(before, currency, AccountType)] if before is not None else []
    lines = [_line(about, key, columns) for key in sorted({key for column in columns for key in column})]
    total = sum_of(lines, _("Total"), width=2 * len(columns))
    balanced = all(total.amounts[n] == total.amounts[n + 1] for n in range(0, len(total.amounts), 2))
    rows: tuple[Row, ...] = (*(line.row() for line in lines), total.row(RowKind.TOTAL))
    return Section(currency, rows, (Check(_("Debits equal credits"), balanced),))


def _line(about: About, key: tuple[str, str], columns: Sequence[Sums]) -> Line:
    questions = [about.asked, about.asked.year_before()]
    amounts: list[int] = []
    drills = []
    for asked, column in zip(questions, columns, strict=False):
        debits, credits_ = column.get(key, (0, 0))
        amounts += [max(debits - credits_, 0), max(credits_ - debits, 0)]
        drills += [account_drill(asked, key[0], since=False)] * 2
    return Line(key[0], plain_name(key[1]), tuple(amounts), tuple(drills))
