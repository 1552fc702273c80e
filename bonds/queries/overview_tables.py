"""A contract at a glance as tables: the same for the page, the API and every file, by who looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.dateformat import format as format_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from bonds.arithmetic.overview import Part
from bonds.models import OutcomesContract
from bonds.queries.overview import Overview
from core.reports import Asked, Cell, Chart, Check, Column, ColumnKind, Drill, Report, Row, RowKind, Section

Lead = Callable[[str, Mapping[str, str]], str]
"""Gives the address of a list ("lines", "invoices", "plans") with its filters; empty where there is none to show."""

CAP: Final = "_cap"
_REASONS: Final[Mapping[str, Promise]] = {
    "person_cap": lazy("Cap for one person"),
    "cohort_cap": lazy("Cap for one group"),
    "metric_cap": lazy("Cap for a result"),
    "period_cap": lazy("Cap for a period"),
    "contract_cap": lazy("Cap of the contract"),
    "payer_cap": lazy("Cap of a payer"),
    "evidence": lazy("Evidence is missing"),
    "payer_evidence": lazy("Evidence is missing for one payer"),
    "once_only": lazy("Paid once only"),
    "most_reached": lazy("Paid only so often for one person"),
    "exclusive_variant": lazy("Another form of it was paid"),
    "set_off": lazy("Settled by an earlier overpayment"),
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What every table is told: the figures, which words head it, and where its figures lead.

    Attributes:
        overview: The figures.
        lead: Gives addresses.
        payer: Only this payer's part, by short name; empty for all.
    """

    overview: Overview
    lead: Lead
    payer: str = ""

    def table(
        self,
        slug: str,
        title: str,
        columns: Sequence[Column],
        rows: Iterable[Row],
        *,
        checks: tuple[Check, ...] = (),
        chart: Chart | None = None,
        notes: tuple[str, ...] = (),
    ) -> Report:
        """Make a table."""
        scope = self.overview.scope
        section = Section(scope.contract.currency, tuple(rows), checks, chart)
        return make_report(scope.contract, slug, title, columns, section, on=scope.on, notes=notes)

    def leads(self, name: str, **query: str) -> Drill | None:
        """Say where a figure leads; None where there is nothing to show."""
        address = self.lead(name, {key: value for key, value in query.items() if value})
        return Drill(address=address) if address else None

    def lines(self, **query: str) -> Drill | None:
        """Lead to the lines behind a figure."""
        return self.leads("lines", **query)

    def year(self, number: int) -> dict[str, str]:
        """Say which days of achievement a year has, as the list of lines asks it."""
        first, last = self.overview.scope.years.days_of(number)
        return {"from": first.isoformat() if first else "", "through": last.isoformat() if last else ""}


def make_report(
    contract: OutcomesContract,
    slug: str,
    title: str,
    columns: Sequence[Column],
    section: Section,
    *,
    on: date,
    notes: tuple[str, ...] = (),
) -> Report:  # fmt: skip
    """Make a table of a contract as of the end of a day."""
    return Report(
        slug=slug,
        title=title,
        book=contract.reference,
        book_name=contract.name,
        subtitle=(_("At the end of %(day)s") % {"day": format_date(on, "j F Y")},),
        asked=Asked(min(on, contract.created_at.date()), on),
        columns=tuple(columns),
        sections=(section,),
        notes=notes,
    )


def text(key: str, title: str) -> Column:
    """A column of words."""
    return Column(key, title, ColumnKind.TEXT)


def money(key: str, title: str) -> Column:
    """A column of amounts."""
    return Column(key, title, ColumnKind.MONEY)


def count(key: str, title: str) -> Column:
    """A column of numbers."""
    return Column(key, title, ColumnKind.COUNT)


def line(*cells: Cell | str | int | date | None) -> Row:
    """A row of a table."""
    return row(RowKind.LINE, *cells)


def total(*cells: Cell | str | int | date | None) -> Row:
    """The last row of a table."""
    return row(RowKind.TOTAL, *cells)


def row(kind: RowKind, *cells: Cell | str | int | date | None) -> Row:
    """A row of any kind."""
    return Row(kind, tuple(one if isinstance(one, Cell) else Cell(one) for one in cells))


def say_reason(reason: str, cap: str = "") -> str:
    """Say why something was cut, in a few words.

    Args:
        reason: The lasting word.
        cap: Code of the cap, where it was one.
    """
    words = str(_REASONS.get(reason) or reason.replace("_", " ").capitalize())
    return f"{words}: {cap}" if cap else words


def payers_table(desk: Desk) -> Report:
    """By payer: earned, asked for and paid."""
    overview = desk.overview
    codes = [code for code in payers_of(overview) if desk.payer in {"", code}]
    rows, sums = [], []
    for code in codes:
        part = add_up(part for (payer, _metric, _year), part in overview.parts.items() if payer == code)
        sums.append(part)
        rows.append(_part_row(line, overview.parties.get(code, code), part, desk, payer=code))
    whole = add_up(sums)
    if len(codes) > 1:
        rows.append(_part_row(total, _("All payers"), whole, desk))
    return desk.table(
        "payers",
        _("By payer"),
        [text("payer", _("Payer")), *part_columns()],
        rows,
        checks=_part_checks(whole),
    )


def detail_table(desk: Desk) -> Report:
    """By payer, result and year: earned, asked for and paid."""
    overview = desk.overview
    rows = []
    for payer, metric, year in sorted(overview.parts):
        if desk.payer in {"", payer}:
            part = overview.parts[payer, metric, year]
            what = {"result": metric, **desk.year(year)}
            name = overview.metrics.get(metric, metric)
            cells = (overview.parties.get(payer, payer), name, overview.scope.years.label_of(year))
            rows.append(line(*cells, *_part_cells(part, desk, payer, what)))
    columns = [text("payer", _("Payer")), text("result", _("Result")), text("year", _("Year")), *part_columns()]
    return desk.table("details", _("By payer, result and year"), columns, rows)


def part_columns() -> list[Column]:
    """The columns of a payer's part."""
    return [
        money("earned", _("Earned")),
        money("set_off", _("Settled before")),
        money("to_invoice", _("To invoice")),
        money("invoiced", _("Invoiced")),
        money("credited", _("Credited")),
        money("paid", _("Paid")),
        money("open", _("Open")),
    ]


def add_up(parts: Iterable[Part]) -> Part:
    """Add parts up."""
    whole = Part()
    for part in parts:
        for name in Part.__slots__:
            setattr(whole, name, getattr(whole, name) + getattr(part, name))
    return whole


def payers_of(overview: Overview) -> list[str]:
    """The payers, the lead first: those of the terms, and any that earlier terms had or that owe compensation."""
    codes = {payer for payer, _metric, _year in overview.parts} | set(overview.besides)
    return [*overview.terms.payers, *sorted(codes - set(overview.terms.payers))]


def _part_row(make: Callable[..., Row], name: str, part: Part, desk: Desk, payer: str = "") -> Row:
    return make(name, *_part_cells(part, desk, payer, {}))


def _part_cells(part: Part, desk: Desk, payer: str, what: Mapping[str, str]) -> list[Cell]:
    invoices = desk.leads("invoices", payer=payer)
    accepted = desk.lines(which="accepted", payer=payer, **what)
    return [
        Cell(part.earned, accepted),
        Cell(part.set_off, desk.lines(reason="set_off", payer=payer, **what)),
        Cell(part.to_invoice, desk.lines(which="to-invoice", payer=payer, **what)),
        Cell(part.invoiced, invoices),
        Cell(part.credited, invoices),
        Cell(part.paid, invoices),
        Cell(part.open, invoices),
    ]


def _part_checks(whole: Part) -> tuple[Check, ...]:
    kept = whole.invoiced - whole.credited - whole.recoverable
    return (
        Check(
            _("Earned = settled before + to invoice + invoiced and still standing"),
            whole.earned == whole.set_off + whole.to_invoice + kept,
        ),
        Check(_("Invoiced = credited + paid + open"), whole.invoiced == whole.credited + whole.paid + whole.open),
    )
