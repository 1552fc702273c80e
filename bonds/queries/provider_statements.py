"""A provider's statement of a period as a report: page, API, CSV and PDF are all written from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bonds.arithmetic.months import add_months
from bonds.arithmetic.provider_pay import Balance
from bonds.models import OutcomesContract, Party, ProviderDue, ProviderStatement
from bonds.queries.claims import names_of_metrics
from bonds.queries.pay_words import say_about, say_what
from bonds.queries.provider_pay import Entry, Known, balance_before, entries_of
from bonds.queries.terms import terms_by_version
from core.errors import NotFound
from core.reports import (
    Asked,
    Cell,
    Chart,
    ChartKind,
    Check,
    Column,
    ColumnKind,
    Drill,
    Report,
    Row,
    RowKind,
    Section,
)

SLUG: Final = "provider-statement"
ONE_DAY: Final = timedelta(days=1)
# More months than this make no picture that anybody can read.
CHART_MONTHS: Final = 24


class StatementMissing(NotFound):
    """There is no such statement, or none that may be seen here."""

    code = "bonds.no_statement"


def get_statement(*, public_id: str) -> ProviderStatement:
    """Return a statement that was issued, with contract and provider.

    Raises:
        StatementMissing: there is none.
    """
    related = ("contract__organisation", "provider__organisation", "provider__contract")
    found = ProviderStatement.objects.select_related(*related).filter(public_id=public_id).first()
    if found is None:
        raise StatementMissing(_("There is no such statement."), statement=public_id)
    return found


def known_to(statement: ProviderStatement) -> Known:
    """How far a statement had seen."""
    return Known(**statement.known)


def first_day_of(contract: OutcomesContract) -> date:
    """The day from which a statement of everything begins: the first day of service."""
    versions = terms_by_version(contract)
    first = versions[min(versions)].service.from_on
    assert first is not None, "terms that were signed say when service begins"
    return first


def compute_statement(
    provider: Party, *, from_on: date, until_on: date, known: Known | None = None
) -> tuple[Balance, list[Entry]]:
    """What a provider was due before a period, what came to it and was paid, and what is due after, with each entry.

    Args:
        provider: Who.
        from_on: First day.
        until_on: The day after the last.
        known: Only what had been written by then; None for all.
    """
    before = balance_before(provider, from_on, known=known)
    entries = entries_of(provider, from_on=from_on, until_on=until_on, known=known)
    due, paid = sum(one.due for one in entries), sum(one.paid for one in entries)
    return Balance(before, due, paid, before + due - paid), entries


def build_statement(
    provider: Party,
    *,
    from_on: date,
    until_on: date,
    known: Known | None = None,
    address_of: Callable[[ProviderDue], str] | None = None,
) -> Report:
    """Write a provider's statement of a period.

    Args:
        provider: With organisation and contract.
        from_on: First day.
        until_on: The day after the last.
        known: Only what had been written by then; None for all.
        address_of: Gives the page that says why an amount is what it is; None on paper.
    """
    contract = provider.contract
    balance, entries = compute_statement(provider, from_on=from_on, until_on=until_on, known=known)
    section = Section(
        currency=contract.currency,
        rows=_rows(balance, entries, contract, address_of),
        checks=(
            Check(
                _("What was due before, and what came to it, less what was paid, is what is due after."),
                balance.before + balance.due - balance.paid == balance.after,
            ),
        ),
        chart=_chart(entries, from_on, until_on),
    )
    last_on = until_on - ONE_DAY
    period = _("%(first)s to %(last)s") % {"first": _day(from_on), "last": _day(last_on)}
    return Report(
        slug=SLUG,
        title=_("Statement for %(name)s") % {"name": provider.organisation.name},
        book=contract.book_slug,
        book_name=contract.name,
        subtitle=(period,),
        asked=Asked(from_on, last_on),
        columns=_columns(),
        sections=(section,),
        notes=_notes(balance),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("what", _("What"), ColumnKind.TEXT),
        Column("on", _("Day"), ColumnKind.DATE),
        Column("about", _("For"), ColumnKind.TEXT),
        Column("reference", _("Reference"), ColumnKind.CODE),
        Column("due", _("Due"), ColumnKind.MONEY),
        Column("paid", _("Paid"), ColumnKind.MONEY),
        Column("balance", _("To be paid"), ColumnKind.MONEY),
    )


def _rows(
    balance: Balance,
    entries: Sequence[Entry],
    contract: OutcomesContract,
    address_of: Callable[[ProviderDue], str] | None,
) -> tuple[Row, ...]:
    names = names_of_metrics(contract)
    rows = [_sum(_("Due before"), None, None, balance.before)]
    left = balance.before
    for one in entries:
        left += one.due - one.paid
        drill = Drill(address=address_of(one.source)) if one.source is not None and address_of else None
        about = say_about(one.source, names) if one.source is not None else None
        # On a page an amount leads to its own page; on paper and in files its reference says where it is.
        reference = None if drill else one.reference
        cells = (say_what(one), one.on, about, reference, one.due, one.paid, left)
        rows.append(Row(RowKind.LINE, (Cell(cells[0], drill), *(Cell(value) for value in cells[1:]))))
    label = _("Due at the end") if balance.after >= 0 else _("Paid too much: settled by what is due next")
    rows.append(_sum(label, balance.due, balance.paid, balance.after))
    return tuple(rows)


def _sum(label: str, due: int | None, paid: int | None, left: int) -> Row:
    return Row(RowKind.TOTAL, (Cell(label), Cell(), Cell(), Cell(), Cell(due), Cell(paid), Cell(left)))


def _notes(balance: Balance) -> tuple[str, ...]:
    notes = [_("Days are those on which an amount was booked, or money left the bank.")]
    if balance.after < 0:
        notes.append(
            _("More was paid than is due, because results were taken back. Nothing is asked for: it is set off.")
        )
    return tuple(notes)


def _chart(entries: Sequence[Entry], from_on: date, until_on: date) -> Chart | None:
    """What came and what was paid, month by month; none where there are too many months, or nothing happened."""
    months = [from_on.replace(day=1)]
    while (following := add_months(months[0], len(months))) < until_on:
        months.append(following)
    if not entries or len(months) > CHART_MONTHS:
        return None
    sums = {month: [0, 0] for month in months}
    for one in entries:
        sums[one.on.replace(day=1)][0] += one.due
        sums[one.on.replace(day=1)][1] += one.paid
    points = tuple((date_format(month, "M Y"), (due, paid)) for month, (due, paid) in sums.items())
    title = _("What was due and what was paid, month by month")
    return Chart(ChartKind.COLUMNS, title, (_("Due"), _("Paid")), points)


def _day(on: date) -> str:
    return date_format(on, "j F Y")
