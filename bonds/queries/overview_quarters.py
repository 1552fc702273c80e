"""The table by quarter: what was earned and paid in each, beside what was planned."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bonds.arithmetic.spans import Every
from bonds.queries.overview import periods_of
from bonds.queries.overview_flows import sum_earned, sum_received
from bonds.queries.overview_tables import Desk, line, money, text, total
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
    last = _within(periods.number_of(overview.scope.on), len(earned))
    shown = [number for number in periods.numbers if number <= last or earned[number] or paid[number]]
    flows = [earned, paid] if is_whole else [earned]
    names = [_("Earned"), _("Paid")][: len(flows)]
    rows = [line(periods.label_of(number), *(flow[number] for flow in flows)) for number in shown]
    columns = [text("quarter", _("Quarter"))]
    columns += [money(key, name) for key, name in zip(("earned", "paid"), names, strict=False)]
    points = tuple((periods.label_of(number), tuple(flow[number] for flow in flows)) for number in shown)
    return desk.table(
        "quarters",
        _("By quarter, as it came into the books"),
        columns,
        [*rows, total(_("All"), *(sum(flow.values()) for flow in flows))],
        chart=Chart(ChartKind.COLUMNS, _("Earned and paid by quarter"), tuple(names), points),
        notes=(
            _("A result counts in the quarter in which it was accepted, a payment in that in which the money came."),
        ),
    )


def _within(number: int, most: int) -> int:
    return min(max(number, 1), most)
