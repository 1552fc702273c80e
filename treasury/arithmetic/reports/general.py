"""The general ledger: every movement of every account, with what the account held before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import NamedTuple

from core.reports import Cell, Column, ColumnKind, Drill, Report, Row, RowKind, Section
from ledger.states import NORMAL_SIGN, AccountType
from treasury.arithmetic.report import About, plain_name
from treasury.arithmetic.reports.parts import account_drill, subtitle


class LedgerMovement(NamedTuple):
    """One side of a transfer, in its account; `kind` in words."""

    code: str
    name: str
    type: AccountType
    currency: str
    on: date
    entry: str
    kind: str
    narration: str
    other: str
    owner: str
    fund: str
    debit: int
    credit: int


class Opening(NamedTuple):
    """What an account stood at before the page, debits less credits; continued where it began on an earlier page."""

    net: int
    is_continued: bool = False


def general_ledger(
    about: About,
    movements: Iterable[LedgerMovement],
    openings: Mapping[str, Opening],
    *,
    next_page: str = "",
) -> Report:
    """Build the general ledger, whole or a page of it. The rows are made while they are read.

    Args:
        about: What is asked.
        movements: In order of account, date and number.
        openings: By account code; an account that is missing began at nothing.
        next_page: Where the next page begins; the last account of this page is then not summed up.
    """
    _ = about.words.say
    money = (("debit", _("Debit")), ("credit", _("Credit")), ("balance", _("Balance")))
    rows = _rows(about, movements, openings, cut=bool(next_page))
    return Report(
        slug=about.slug,
        title=about.title,
        book=about.book,
        book_name=about.book_name,
        subtitle=subtitle(about, since=True),
        asked=about.asked,
        columns=(
            Column("code", _("Account"), ColumnKind.CODE),
            Column("date", _("Date"), ColumnKind.DATE),
            Column("what", _("What"), ColumnKind.TEXT),
            Column("other", _("Against"), ColumnKind.CODE),
            Column("fund", _("Fund"), ColumnKind.TEXT),
            Column("owner", _("Owner"), ColumnKind.CODE),
            *(Column(key, title, ColumnKind.MONEY) for key, title in money),
        ),
        # Accounts of several currencies follow one another; each row says its own.
        sections=(Section(about.currency, rows),),
        notes=(_("Balances stand on the normal side of their account, in the account's own currency."),),
        next=next_page,
    )


def _rows(
    about: About, movements: Iterable[LedgerMovement], openings: Mapping[str, Opening], *, cut: bool
) -> Iterator[Row]:
    pages = groupby(movements, key=lambda one: one.code)
    waiting: Row | None = None
    for code, found in pages:
        if waiting is not None:
            yield waiting
        first = next(found)
        opening = openings.get(code, Opening(0))
        yield from _head(about, first, opening)
        running, debits, credits_ = opening.net, 0, 0
        for one in _with_first(first, found):
            running += one.debit - one.credit
            debits, credits_ = debits + one.debit, credits_ + one.credit
            yield _line(one, NORMAL_SIGN[one.type] * running)
        waiting = _foot(about, first, (debits, credits_, NORMAL_SIGN[first.type] * running), opening)
    if waiting is not None and not cut:
        yield waiting


def _with_first(first: LedgerMovement, rest: Iterable[LedgerMovement]) -> Iterator[LedgerMovement]:
    yield first
    yield from rest


def _head(about: About, first: LedgerMovement, opening: Opening) -> Iterator[Row]:
    _ = about.words.say
    title = f"{first.code} {plain_name(first.name)}"
    if first.currency != about.currency:
        title = f"{title} ({first.currency})"
    drill = account_drill(about.asked, first.code, since=True)
    nothing = Cell()
    yield Row(RowKind.HEADING, (Cell(first.code), nothing, Cell(title, drill), *[nothing] * 6), first.currency)
    words = _("Continued: brought forward") if opening.is_continued else _("Brought forward")
    balance = Cell(NORMAL_SIGN[first.type] * opening.net)
    yield Row(
        RowKind.LINE,
        (Cell(first.code), nothing, Cell(words), nothing, nothing, nothing, nothing, nothing, balance),
        first.currency,
    )


def _line(one: LedgerMovement, balance: int) -> Row:
    drill = Drill(entry=one.entry)
    words = one.narration or one.kind
    return Row(
        RowKind.LINE,
        (
            Cell(one.code),
            Cell(one.on),
            Cell(words, drill),
            Cell(one.other),
            Cell(one.fund or None),
            Cell(one.owner or None),
            Cell(one.debit or None, drill if one.debit else None),
            Cell(one.credit or None, drill if one.credit else None),
            Cell(balance),
        ),
        one.currency,
    )


def _foot(about: About, first: LedgerMovement, sums: tuple[int, int, int], opening: Opening) -> Row:
    _ = about.words.say
    words = _("Total of this page") if opening.is_continued else _("Total")
    nothing = Cell()
    cells = (Cell(first.code), nothing, Cell(words), nothing, nothing, nothing)
    return Row(RowKind.SUBTOTAL, (*cells, *(Cell(amount) for amount in sums)), first.currency)
