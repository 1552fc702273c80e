"""Fetching the figures of each report from the ledger, and handing them to its builder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from core.reports import Asked, Report
from foundation.owners import find_owner_labels
from ledger import queries as ledger
from ledger.models import Book
from ledger.queries.aging import open_owner_days
from ledger.queries.cash import flows_by_month
from ledger.queries.general import LedgerLine, LedgerPlace, ledger_lines, same_day_net
from ledger.queries.months import results_by_month
from ledger.states import YEAR_END, AccountType
from treasury.arithmetic import reports
from treasury.arithmetic.report import About, Figure
from treasury.arithmetic.reports.cash import CashYear
from treasury.arithmetic.reports.funds import FundYear
from treasury.arithmetic.reports.general import Opening
from treasury.queries.kinds import kind_words

_YEAR_ENDS = (YEAR_END,)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a long report: after a place, and at most so many movements. None: from the beginning, or all."""

    after: LedgerPlace | None = None
    limit: int | None = None


def load_trial_balance(book: Book, about: About, _window: Window) -> Report:
    """Load the trial balance."""
    asked = about.asked
    return reports.trial_balance(
        about,
        _totals(book, asked, asked.through_on),
        _totals(book, asked, asked.year_before().through_on) if asked.compare else None,
    )


def load_balance_sheet(book: Book, about: About, _window: Window) -> Report:
    """Load the balance sheet."""
    asked = about.asked
    return reports.balance_sheet(
        about,
        _totals(book, asked, asked.through_on),
        _totals(book, asked, asked.year_before().through_on) if asked.compare else None,
    )


def load_result(book: Book, about: About, _window: Window) -> Report:
    """Load income and expenditure."""
    asked = about.asked
    months = results_by_month(
        book=book,
        from_on=asked.from_on,
        through=asked.through_on,
        fund=asked.fund,
        known_at=asked.known_at,
        without_kinds=_YEAR_ENDS,
    )
    return reports.income_and_expenditure(
        about,
        _moved(book, asked),
        _moved(book, asked.year_before()) if asked.compare else None,
        [
            reports.MonthResult(one.month, one.currency, AccountType(one.type), one.debits, one.credits)
            for one in months
        ],
    )


def load_cash(book: Book, about: About, _window: Window) -> Report:
    """Load the cash movement."""
    asked = about.asked
    return reports.cash_movement(
        about, _cash_year(book, asked), _cash_year(book, asked.year_before()) if asked.compare else None
    )


def load_funds(book: Book, about: About, _window: Window) -> Report:
    """Load the movement of the funds."""
    asked = about.asked
    return reports.funds_report(
        about, _fund_year(book, asked), _fund_year(book, asked.year_before()) if asked.compare else None
    )


def load_debtors(book: Book, about: About, _window: Window) -> Report:
    """Load what is owed to us."""
    return _aged(book, about, AccountType.ASSET)


def load_creditors(book: Book, about: About, _window: Window) -> Report:
    """Load what we owe."""
    return _aged(book, about, AccountType.LIABILITY)


def load_general_ledger(book: Book, about: About, window: Window) -> Report:
    """Load the general ledger: whole, as a stream, or a page of it."""
    asked = about.asked
    openings = {code: Opening(net) for code, net in _openings(book, asked).items()}
    if window.after is not None:
        openings[window.after.code] = _continued(book, asked, window.after)
    lines = ledger_lines(
        book=book,
        from_on=asked.from_on,
        through=asked.through_on,
        code=asked.account,
        fund=asked.fund,
        known_at=asked.known_at,
        after=window.after,
        limit=None if window.limit is None else window.limit + 1,
    )
    if window.limit is None:
        return reports.general_ledger(about, _movements(lines), openings)
    found = list(lines)
    page = found[: window.limit]
    more = write_place(page[-1].place) if len(found) > window.limit else ""
    return reports.general_ledger(about, list(_movements(page)), openings, next_page=more)


def write_place(place: LedgerPlace) -> str:
    """Write a place as an address has it: 1200.2026-01-05.17.0."""
    return f"{place.code}.{place.on.isoformat()}.{place.transfer}.{place.side}"


def _movements(lines: Iterable[LedgerLine]) -> Iterator[reports.LedgerMovement]:
    for one in lines:
        yield reports.LedgerMovement(
            code=one.code,
            name=one.name,
            type=AccountType(one.type),
            currency=one.currency,
            on=one.effective_on,
            entry=one.entry,
            kind=kind_words(one.kind),
            narration=one.narration,
            other=one.other,
            owner=one.owner,
            fund=one.fund,
            debit=one.amount if one.side == 0 else 0,
            credit=one.amount if one.side == 1 else 0,
        )


def _openings(book: Book, asked: Asked) -> dict[str, int]:
    nets: dict[str, int] = {}
    for one in _before(book, asked):
        nets[one.code] = nets.get(one.code, 0) + one.net
    return nets


def _continued(book: Book, asked: Asked, place: LedgerPlace) -> Opening:
    """What the account of a place stood at right after it."""
    evening_before = _totals(book, asked, place.on - timedelta(days=1))
    net = sum(one.net for one in evening_before if one.code == place.code)
    return Opening(
        net + same_day_net(book=book, place=place, fund=asked.fund, known_at=asked.known_at), is_continued=True
    )


def _aged(book: Book, about: About, kind: AccountType) -> Report:
    asked = about.asked
    days = open_owner_days(
        book=book,
        type=kind.value,
        on=asked.through_on,
        code=asked.account,
        fund=asked.fund,
        known_at=asked.known_at,
    )
    labels = find_owner_labels(one.owner for one in days) if about.with_names else {}
    balances: dict[str, int] = {}
    for one in _totals(book, asked, asked.through_on):
        balances[one.code] = balances.get(one.code, 0) + one.balance
    return reports.aged_debts(
        about,
        [reports.DayTotal(**(one._asdict() | {"type": AccountType(one.type)})) for one in days],
        labels={owner: found.label for owner, found in labels.items()},
        balances=balances,
    )


def _cash_year(book: Book, asked: Asked) -> CashYear:
    opening, closing = _before(book, asked), _totals(book, asked, asked.through_on)
    codes = {one.code for one in (*opening, *closing) if reports.is_money(one.code, one.type)}
    flows = flows_by_month(
        book=book,
        codes=codes,
        from_on=asked.from_on,
        through=asked.through_on,
        fund=asked.fund,
        known_at=asked.known_at,
    )
    return CashYear(opening, closing, [reports.CashFlow(*one) for one in flows])


def _fund_year(book: Book, asked: Asked) -> FundYear:
    return FundYear(_before(book, asked), _moved(book, asked), _totals(book, asked, asked.through_on))


def _totals(book: Book, asked: Asked, on: date) -> list[Figure]:
    return _figures(ledger.totals_by_fund(book=book, on=on, known_at=asked.known_at), asked.fund)


def _before(book: Book, asked: Asked) -> list[Figure]:
    return _totals(book, asked, asked.from_on - timedelta(days=1))


def _moved(book: Book, asked: Asked) -> list[Figure]:
    found = ledger.changes_by_fund(
        book=book,
        from_on=asked.from_on,
        through=asked.through_on,
        known_at=asked.known_at,
        without_kinds=_YEAR_ENDS,
    )
    return _figures(found, asked.fund)


def _figures(rows: Iterable[ledger.FundTotal], fund: str | None) -> list[Figure]:
    return [
        Figure(
            one.account.code,
            one.account.name,
            AccountType(one.account.type),
            one.account.currency,
            one.fund,
            one.debits,
            one.credits,
        )
        for one in rows
        if fund is None or one.fund == fund
    ]
