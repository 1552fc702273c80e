"""Which tables of a contract at a glance somebody is given: one answer for the page, the API and the files."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from bonds.arithmetic.liability import left_of_contract, left_of_payer
from bonds.arithmetic.overview import View
from bonds.arithmetic.spans import YearKind
from bonds.models import OutcomesContract, Party
from bonds.queries.overview import Overview, gather, gather_counts
from bonds.queries.overview_claims import (
    counts_table,
    cuts_table,
    results_table,
    suppressed_table,
    waiting_table,
    years_table,
)
from bonds.queries.overview_liability import accruals_table, books_table, liability_table
from bonds.queries.overview_quarters import quarters_table
from bonds.queries.overview_tables import Desk, Lead, add_up, detail_table, line, money, payers_table, text
from core.reports import Cell, Report


def list_tables(
    *,
    contract: OutcomesContract,
    view: View,
    party: Party | None,
    on: date,
    years: YearKind = YearKind.FINANCIAL,
    lead: Lead,
) -> list[Report]:
    """List the tables that a party is given.

    Args:
        contract: Signed.
        view: How much the party sees.
        party: Who looks; None for an organisation that holds the books and is no party.
        on: At the end of this day.
        years: By which results are counted.
        lead: Gives the addresses to which figures lead.

    Raises:
        NoTermsYet: nothing has been signed.
    """
    if view in {View.COUNTS, View.FEW}:
        counts = Desk(gather_counts(contract=contract, on=on), lead)
        return [counts_table(counts) if view is View.COUNTS else suppressed_table(counts)]
    is_provider = view is View.PROVIDER
    overview = gather(contract=contract, on=on, years=years, provider=party if is_provider else None)
    desk = Desk(overview, lead, party.code if party and view is View.PAYER else "")
    if view is View.ALL:
        return _for_all(desk)
    if view is View.PAYER:
        return _for_payer(desk)
    return _for_provider(desk)


def _for_all(desk: Desk) -> list[Report]:
    return [
        _short_table(desk),
        payers_table(desk),
        liability_table(desk),
        quarters_table(desk),
        results_table(desk),
        years_table(desk),
        counts_table(desk),
        cuts_table(desk),
        waiting_table(desk),
        accruals_table(desk),
        books_table(desk),
        detail_table(desk),
    ]


def _for_payer(desk: Desk) -> list[Report]:
    return [
        _short_table(desk),
        payers_table(desk),
        liability_table(desk),
        quarters_table(desk),
        cuts_table(desk),
        accruals_table(desk),
        detail_table(desk),
    ]


def _for_provider(desk: Desk) -> list[Report]:
    return [
        _short_table(desk),
        results_table(desk),
        years_table(desk),
        counts_table(desk),
        quarters_table(desk),
        cuts_table(desk),
        waiting_table(desk),
        payers_table(desk),
    ]


def _short_table(desk: Desk) -> Report:
    """The few figures that somebody looks for first."""
    overview = desk.overview
    part = add_up(one for (payer, _metric, _year), one in overview.parts.items() if desk.payer in {"", payer})
    capped = sum(cut.pence for cut in overview.cuts if cut.reason.endswith("_cap") and desk.payer in {"", cut.payer})
    waiting = overview.waiting_by_payer.get(desk.payer, 0) if desk.payer else sum(one.pence for one in overview.waiting)
    rows = [
        line(Cell(_("Earned"), desk.lines(which="accepted", payer=desk.payer)), part.earned),
        line(Cell(_("Paid"), desk.leads("invoices", payer=desk.payer)), part.paid),
        line(Cell(_("Invoiced and open"), desk.leads("invoices", payer=desk.payer)), part.open),
        line(Cell(_("Waiting for a decision, at the tariff"), desk.lines(which="waiting")), waiting),
        line(Cell(_("Capped away"), desk.lines(reason="caps", payer=desk.payer)), capped),
    ]
    if overview.scope.provider is None:
        rows.append(line(_("Most that may still have to be paid"), _left(overview, desk.payer)))
    columns = [text("what", _("What")), money("in_short", _("Amount"))]
    return desk.table("short", _("In short"), columns, rows, notes=_no_cap(overview, desk.payer))


def _left(overview: Overview, payer: str) -> int | None:
    on = overview.scope.on
    if payer:
        return left_of_payer(payer, overview.rooms, overview.terms, on=on)
    return left_of_contract(overview.rooms, on=on)


def _no_cap(overview: Overview, payer: str) -> tuple[str, ...]:
    if overview.scope.provider is None and _left(overview, payer) is None:
        return (_("There is no cap, so nobody can say how much may still have to be paid."),)
    return ()
