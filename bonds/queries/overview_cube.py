"""Accepted lines that stand, summed once by all that an overview counts by: two queries, whatever it asks of them.

Days are gathered between the edges that matter (of years, and of every cap's own days and periods): all days of a
stretch lie in the same year and the same periods, so a stretch stands for its first day and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Case, Count, F, IntegerField, Sum, Value, When
from django.db.models.expressions import Combinable

from bonds.arithmetic.months import add_months
from bonds.arithmetic.overview import Done, InvoiceSum, Part
from bonds.arithmetic.spans import Spans
from bonds.arithmetic.standing import MONTHS_IN
from bonds.arithmetic.terms import Cap, CapScope, Every, PeriodBasis, Terms
from bonds.models import LineResult, LineShare
from bonds.queries.overview_sums import Scope, span_of

_NEVER: Final = Value(0)
_KEYS: Final = ("metric", "achieved", "claimed")


@dataclass(frozen=True, slots=True)
class ResultCell:
    """Lines alike in result and days: how many, units, and pence before and after all reductions."""

    metric: str
    achieved_on: date
    claimed_on: date
    lines: int
    units: int
    counted: int
    gross: int
    net: int


@dataclass(frozen=True, slots=True)
class ShareCell:
    """One payer's parts of lines alike in result and days, in pence.

    Attributes:
        is_paid: Whether they count as paid at all: only these fill a cap.
        counted: Units of the lines that count towards caps by number.
    """

    payer: str
    metric: str
    achieved_on: date
    claimed_on: date
    is_paid: bool
    due: int
    settled: int
    net: int
    counted: int


@dataclass(frozen=True, slots=True)
class Cube:
    """Everything that stands at the end of a day, in sums.

    Attributes:
        scope: The contract, the day, the years, the provider.
        results: Of lines.
        shares: Of payers' parts.
    """

    scope: Scope
    results: tuple[ResultCell, ...]
    shares: tuple[ShareCell, ...]

    def sum_done(self) -> dict[tuple[str, int], Done]:
        """Sum lines by result and year of achievement."""
        found: dict[tuple[str, int], Done] = {}
        for cell in self.results:
            one = found.setdefault((cell.metric, self.scope.years.number_of(cell.achieved_on)), Done())
            one.lines += cell.lines
            one.units += cell.units
            one.gross += cell.gross
            one.net += cell.net
        return found

    def sum_parts(self, invoices: Iterable[InvoiceSum]) -> dict[tuple[str, str, int], Part]:
        """Sum the payers' parts, by payer, result and year of achievement.

        Args:
            invoices: As `sum_invoices` gives them for the same scope.
        """
        found: dict[tuple[str, str, int], Part] = {}
        for cell in self.shares:
            place = (cell.payer, cell.metric, self.scope.years.number_of(cell.achieved_on))
            part = found.setdefault(place, Part())
            part.due += cell.due
            part.earned += cell.settled
            part.set_off += cell.settled - cell.net
        for one in invoices:
            paid = one.spread()
            for where, asked in one.asked.items():
                part = found.setdefault((one.payer, *where), Part())
                part.invoiced += asked
                part.standing += one.standing[where]
                part.credited += one.credited.get(where, 0)
                part.paid += paid[where]
        return found


def read_cube(scope: Scope, versions: Iterable[Terms], *, has_money: bool = True) -> Cube:
    """Sum what stands at the end of a day. Two queries, or one without the payers' parts.

    Args:
        scope: The contract, the day, the years, the provider.
        versions: Terms whose caps will be asked for.
        has_money: Whether the payers' parts are read.
    """
    caps = [(cap, terms) for terms in versions for cap in terms.caps]
    days = _Days(scope.years, caps)
    return Cube(scope, tuple(_read_results(scope, days)), tuple(_read_shares(scope, days)) if has_money else ())


def _read_results(scope: Scope, days: _Days) -> Iterator[ResultCell]:
    rows: Any = (
        LineResult.objects.filter(scope.standing(""))
        .annotate(**days.columns("line__"))
        .values_list(*_KEYS)
        .annotate(
            count=Count("pk"),
            all_units=Sum("units"),
            # What has no unit has no place in any cap.
            all_counted=Sum(Case(When(units__gt=0, then=F("counted")), default=0)),
            all_gross=Sum("gross_pence"),
            all_net=Sum("net_pence"),
        )
        .order_by()
    )
    for metric, achieved, claimed, *sums in rows:
        yield ResultCell(metric, days.of(achieved), days.of(claimed), *map(int, sums))


def _read_shares(scope: Scope, days: _Days) -> Iterator[ShareCell]:
    fills = When(result__units__gt=0, settled_pence__gt=0, then=1)
    rows: Any = (
        LineShare.objects.filter(scope.standing("result__"))
        .annotate(fills=Case(fills, default=0, output_field=IntegerField()), **days.columns("result__line__"))
        .values_list("payer__code", "result__metric", "achieved", "claimed", "fills")
        .annotate(
            all_due=Sum("due_pence"),
            all_settled=Sum("settled_pence"),
            all_net=Sum("net_pence"),
            all_counted=Sum("result__counted"),
        )
        .order_by()
    )
    for payer, metric, achieved, claimed, is_paid, *sums in rows:
        yield ShareCell(payer, metric, days.of(achieved), days.of(claimed), bool(is_paid), *map(int, sums))


def sum_used(cube: Cube, cap: Cap, terms: Terms) -> dict[str, int]:
    """Sum what adds up towards a cap: by result, by the first day of its period, or under an empty name.

    What fills a cap is what counts as paid of lines that still stand, as in `bonds.arithmetic.standing`; a test
    compares the two.

    Args:
        cube: Read with these terms.
        cap: In money or by number; not one for each person or group.
        terms: Whose cap it is.
    """
    is_by_number = cap.amount is None
    spans = periods_of(cap, terms)
    found: dict[str, int] = {}
    for cell in _cells(cube, cap):
        day = cell.achieved_on if cap.basis is PeriodBasis.ACHIEVED else cell.claimed_on
        if not cap.period.holds(day) or (cap.metrics and cell.metric not in cap.metrics):
            continue
        amount = cell.counted if is_by_number or isinstance(cell, ResultCell) else cell.settled
        number = spans.number_of(day) if spans is not None else 0
        if spans is not None and not number:
            continue
        member = cell.metric if cap.scope is CapScope.METRIC else ""
        name = spans.edges[number - 1].isoformat() if spans is not None else member
        found[name] = found.get(name, 0) + amount
    return found


def periods_of(cap: Cap, terms: Terms) -> Spans | None:
    """Give the periods of a cap that has some, as the engine counts them; None of any other."""
    if cap.scope is not CapScope.PERIOD or cap.every is Every.ONCE or terms.service.from_on is None:
        return None
    edges, first = [terms.service.from_on], terms.service.from_on
    while edges[-1] < terms.run_off_until:
        edges.append(add_months(first, MONTHS_IN[cap.every] * len(edges)))
    return Spans(tuple(edges), tuple(edge.isoformat() for edge in edges[:-1]))


def _cells(cube: Cube, cap: Cap) -> Iterable[ResultCell | ShareCell]:
    """A cap by number counts lines; one in money, or of a payer, what its parts come to."""
    if cap.amount is None and not cap.payer:
        return [cell for cell in cube.results if cell.units]
    return [cell for cell in cube.shares if cell.is_paid and cap.payer in {"", cell.payer}]


class _Days:
    """The edges between which days are gathered, and the day that stands for each stretch."""

    def __init__(self, years: Spans, caps: Iterable[tuple[Cap, Terms]]) -> None:
        edges = set(years.edges)
        self.is_claimed_asked = False
        for cap, terms in caps:
            spans = periods_of(cap, terms)
            edges |= set(spans.edges) if spans is not None else set()
            edges |= {day for day in (cap.period.from_on, cap.period.until_on) if day is not None}
            self.is_claimed_asked |= cap.basis is PeriodBasis.CLAIMED
        ordered = tuple(sorted(edges))
        self.spans = Spans(ordered, tuple(edge.isoformat() for edge in ordered[:-1]))

    def columns(self, line: str) -> dict[str, Combinable]:
        """Number of the stretch of achievement and, where a cap asks, of the claim."""
        claimed = span_of(f"{line}claim__claimed_on", self.spans) if self.is_claimed_asked else _NEVER
        return {"achieved": span_of(f"{line}event__achieved_on", self.spans), "claimed": claimed}

    def of(self, number: int) -> date:
        """The first day of a stretch; of the one before all edges, its last."""
        return self.spans.edges[number - 1] if number else self.spans.edges[0] - timedelta(days=1)
