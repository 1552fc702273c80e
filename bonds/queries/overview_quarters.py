"""The table by quarter: what was earned and paid in each, beside what was planned."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bonds.arithmetic.spans import Every
from bonds.queries.overview import periods_of
from bonds.queries.overview_flows import sum_earned, sum_received
from bonds.queries.overview_tables import Desk, line, money, text, total
from bonds.queries.plan_tables import planned_by_quarter
from core.reports import Chart, ChartKind, Report


def quarters_table(desk: Desk) -> Report:
    """By quarter of the contract: earned and, of all providers together, paid."""
    overview = desk.overview
    periods = periods_of(overview.terms, Every.QUARTER)
    earned, paid = dict.fromkeys(periods.numbers, 0), dict.fromkeys(periods.numbers, 0)
    for (payer, _metric, number), pence in sum_earned(overview.scope, periods).items():
        if desk.payer in {"", payer}:
            earned[_within(number, len(earned))] += pence
    is_whole = overview.scope.provider is None
    if is_whole:
        for (payer, number), pence in sum_received(overview.scope, periods).items():
            if desk.payer in {"", payer}:
                paid[_within(number, len(paid))] += pence
    planned = planned_by_quarter(overview.contract, periods, payer=desk.payer) if is_whole else None
    plan = planned[1] if planned else {}
    last = _within(periods.number_of(overview.scope.on), len(earned))
    shown = [n for n in periods.numbers if n <= last or earned[n] or paid[n] or plan.get(n)]
    flows = [("earned", _("Earned"), earned)]
    flows += [("paid", _("Paid"), paid)] if is_whole else []
    columns = [text("quarter", _("Quarter"))]
    columns += [money("planned", planned[0])] if planned else []
    columns += [money(key, name) for key, name, _flow in flows]
    all_flows = [*([plan] if planned else []), *(flow for _key, _name, flow in flows)]
    rows = [line(periods.label_of(n), *(flow.get(n, 0) for flow in all_flows)) for n in shown]
    chart = Chart(
        ChartKind.COLUMNS,
        _("Earned and paid by quarter, named by its first month"),
        tuple(name for _key, name, _flow in flows),
        tuple((periods.short_label_of(n), tuple(flow[n] for _key, _name, flow in flows)) for n in shown),
        (planned[0], tuple(plan.get(n, 0) for n in shown)) if planned else None,
    )
    return desk.table(
        "quarters",
        _("By quarter, as it came into the books"),
        columns,
        [*rows, total(_("All"), *(sum(flow.values()) for flow in all_flows))],
        chart=chart,
        notes=(
            _("A result counts in the quarter in which it was accepted, a payment in that in which the money came."),
        ),
    )


def _within(number: int, most: int) -> int:
    return min(max(number, 1), most)
