"""A plan as tables: period by period beside what has happened since, by payer, by result, and row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from bonds.arithmetic.spans import Spans
from bonds.arithmetic.terms import Terms
from bonds.models import OutcomesContract, PaymentPlan, PlanRow
from bonds.queries.claims import names_of_metrics
from bonds.queries.overview import get_terms_on
from bonds.queries.overview_sums import names_of_parties
from bonds.queries.overview_tables import count, line, make_report, money, text, total
from bonds.queries.plans import (
    FIRST,
    Happened,
    find_plan,
    periods_of_plan,
    rows_of,
    scope_of_plan,
    sum_by_payer,
    sum_by_period,
    sum_happened,
)
from core.reports import Chart, ChartKind, Column, Report, Row, Section


@dataclass(frozen=True)
class PlanDesk:
    """A plan with all that its tables say.

    Attributes:
        contract: Whose.
        plan: Which.
        on: What had happened by the end of this day.
        payer: Only this payer's part; empty for all.
    """

    contract: OutcomesContract
    plan: PaymentPlan
    on: date
    payer: str = ""

    @cached_property
    def periods(self) -> Spans:
        """The plan's periods."""
        return periods_of_plan(self.plan)

    @cached_property
    def terms(self) -> Terms:
        """The terms in force on the day."""
        return get_terms_on(self.contract, self.on)

    @cached_property
    def happened(self) -> Happened:
        """What happened in the plan's periods."""
        return sum_happened(scope_of_plan(self.contract, self.terms, self.on), self.periods)

    @cached_property
    def rows(self) -> Sequence[tuple[PlanRow, int]]:
        """Its rows, with what each comes to."""
        return rows_of(self.plan, payer=self.payer)

    def table(
        self,
        slug: str,
        title: str,
        columns: Sequence[Column],
        rows: Sequence[Row],
        *,
        chart: Chart | None = None,
        notes: tuple[str, ...] = (),
    ) -> Report:
        """Make a table."""
        section = Section(self.contract.currency, tuple(rows), chart=chart)
        return make_report(self.contract, slug, title, columns, section, on=self.on, notes=notes)


def list_plan_tables(desk: PlanDesk) -> list[Report]:
    """List the tables of a plan."""
    return [_periods_table(desk), _payers_table(desk), _results_table(desk), _rows_table(desk)]


def _periods_table(desk: PlanDesk) -> Report:
    periods, number = desk.periods, desk.plan.number
    mine = sum_by_period(desk.plan, payer=desk.payer)
    first = find_plan(desk.contract, FIRST) if number else None
    before = sum_by_period(first, payer=desk.payer) if first else {}
    happened = _by_period(desk.happened, desk.payer)
    now = periods.number_of(desk.on)
    rows, whole = [], [0, 0, 0]
    for span in periods.numbers:
        start = periods.edges[span - 1]
        amounts = (before.get(start, 0), mine.get(start, 0), happened.get(span, 0))
        whole = [one + more for one, more in zip(whole, amounts, strict=True)]
        rows.append(
            _period_row(desk, periods.label_of(span), start, amounts, is_over=span < now, has_first=bool(first))
        )
    titles = {"this": _("Plan %(number)s") % {"number": number}, "happened": _("Happened")}
    columns = [text("period", _("Period")), text("state", _("State"))]
    columns += [money("first", _("Plan %(number)s") % {"number": FIRST})] if first else []
    columns += [money(key, title) for key, title in titles.items()]
    columns += [money("less_first", _("Happened less plan %(number)s") % {"number": FIRST})] if first else []
    columns.append(money("less_this", _("Happened less plan %(number)s") % {"number": number}))
    sums = whole if first else whole[1:]
    rows.append(total(_("All"), None, *sums, *([None] * (len(sums) - 1))))
    points = tuple((periods.short_label_of(span), (happened.get(span, 0),)) for span in periods.numbers)
    planned = tuple(mine.get(periods.edges[span - 1], 0) for span in periods.numbers)
    chart = Chart(ChartKind.COLUMNS, _("Happened, and the plan"), (_("Happened"),), points, (titles["this"], planned))
    note = _("What is over is compared; of the period that has not ended, what has happened so far is shown.")
    return desk.table("plan", _("Period by period"), columns, rows, chart=chart, notes=(note,))


def _period_row(
    desk: PlanDesk, label: str, start: date, amounts: tuple[int, int, int], *, is_over: bool, has_first: bool
) -> Row:
    before, mine, happened = amounts
    state = _("locked") if start < desk.plan.locked_until_on else _("expected")
    plans = (before, mine) if has_first else (mine,)
    less = tuple(happened - plan if is_over else None for plan in plans)
    return line(label, state, *plans, happened, *less)


def _payers_table(desk: PlanDesk) -> Report:
    names = names_of_parties(desk.contract)
    mine = {code: sums for code, sums in sum_by_payer(desk.plan).items() if desk.payer in {"", code}}
    rows = [line(names.get(code, code), *sums, sum(sums)) for code, sums in sorted(mine.items())]
    locked, expected = (sum(sums[place] for sums in mine.values()) for place in (0, 1))
    if not desk.payer:
        rows.append(total(_("All payers"), locked, expected, locked + expected))
    columns = [
        text("payer", _("Payer")),
        money("locked", _("Locked: what happened")),
        money("expected", _("Expected")),
        money("whole", _("In all")),
    ]
    return desk.table("plan-payers", _("By payer, to the end of the contract"), columns, rows)


def _results_table(desk: PlanDesk) -> Report:
    names = names_of_metrics(desk.contract)
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for row, pence in desk.rows:
        one = sums[row.metric]
        one[0] += row.count
        one[1] += row.count if row.is_actual else 0
        one[2] += row.gross_pence - row.pence
        one[3] += pence
    rows = [line(names.get(metric, metric), *sums[metric]) for metric in sorted(sums)]
    cut, whole = (sum(one[place] for one in sums.values()) for place in (2, 3))
    rows.append(total(_("All"), None, None, cut, whole))
    columns = [
        text("result", _("Result")),
        count("count", _("Number")),
        count("happened", _("Of these happened")),
        money("capped", _("Caps would cut")),
        money("amount", _("Amount")),
    ]
    return desk.table("plan-results", _("By result"), columns, rows)


def _rows_table(desk: PlanDesk) -> Report:
    names = names_of_metrics(desk.contract)
    rows = [
        line(
            desk.periods.label_of(desk.periods.number_of(row.period_on)),
            names.get(row.metric, row.metric),
            _("locked") if row.is_actual else _("expected"),
            row.count,
            row.gross_pence,
            row.gross_pence - row.pence,
            pence,
        )
        for row, pence in desk.rows
    ]
    columns = [
        text("period", _("Period")),
        text("result", _("Result")),
        text("state", _("State")),
        count("count", _("Number")),
        money("tariff", _("At the tariff")),
        money("capped", _("Caps would cut")),
        money("amount", _("Amount")),
    ]
    return desk.table("plan-rows", _("Row by row"), columns, rows)


def _by_period(happened: Happened, payer: str) -> Mapping[int, int]:
    found: dict[int, int] = defaultdict(int)
    for (code, _metric, span), pence in happened.pence.items():
        if payer in {"", code}:
            found[span] += pence
    return found


def planned_by_quarter(contract: OutcomesContract, quarters: Spans, *, payer: str) -> tuple[str, dict[int, int]] | None:
    """What the newest plan says of each quarter, with its name; None without a plan. Two queries.

    Args:
        contract: Whose.
        quarters: Of the contract; a plan by month is added up.
        payer: Only this payer's part; empty for all.
    """
    plan = find_plan(contract)
    if plan is None:
        return None
    found: dict[int, int] = defaultdict(int)
    for start, pence in sum_by_period(plan, payer=payer).items():
        found[quarters.number_of(start)] += pence
    return _("Plan %(number)s") % {"number": plan.number}, found
