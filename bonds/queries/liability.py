"""How far each cap of a contract is filled as of a day, summed by the database as the engine gauges it.

What fills a cap is what counts as paid of lines that still stand, as in `bonds.arithmetic.standing`; a test compares
the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q, Sum

from bonds.arithmetic.deadlines import Nation, compute_claim_deadline
from bonds.arithmetic.liability import Room
from bonds.arithmetic.months import add_months
from bonds.arithmetic.overview import Waiting
from bonds.arithmetic.spans import Spans
from bonds.arithmetic.standing import MONTHS_IN, Standing
from bonds.arithmetic.terms import Cap, CapScope, Every, PeriodBasis, Terms
from bonds.models import LineResult, LineShare
from bonds.queries.overview_sums import Scope, span_of
from bonds.queries.standing import find_set_offs

_DAYS: Final = {PeriodBasis.ACHIEVED: "event__achieved_on", PeriodBasis.CLAIMED: "claim__claimed_on"}
_GAUGED: Final = (CapScope.CONTRACT, CapScope.METRIC, CapScope.PERIOD, CapScope.PAYER)


def list_rooms(scope: Scope, terms: Terms, waiting: Sequence[Waiting]) -> list[Room]:
    """List the caps in money with what is used of each; a cap for each person or group is not among them.

    Args:
        scope: The contract and the day; of all providers.
        terms: Whose caps. One query a cap.
        waiting: What waits for a decision.
    """
    rooms = []
    for cap in terms.caps:
        if cap.amount is None or cap.scope not in _GAUGED:
            continue
        used = sum_used(scope, cap, terms)
        for member in _members(cap, terms):
            ends_on, waits = _end_of(scope, cap, terms, member), _waiting(cap, terms, member, waiting)
            rooms.append(Room(cap, member, used.get(member, 0), ends_on, waits))
    return rooms


def sum_used(scope: Scope, cap: Cap, terms: Terms) -> dict[str, int]:
    """Sum what adds up towards a cap: by result, by the first day of its period, or under an empty name.

    Args:
        scope: The contract and the day.
        cap: In money or by number; not one for each person or group.
        terms: Whose cap it is.
    """
    is_by_number = cap.amount is None
    rows: Any
    if is_by_number and not cap.payer:
        rows, result, amount = LineResult.objects.filter(scope.standing(""), units__gt=0), "", "counted"
    else:
        rows = LineShare.objects.filter(scope.standing("result__"), result__units__gt=0, settled_pence__gt=0)
        result, amount = "result__", "result__counted" if is_by_number else "settled_pence"
        if cap.payer:
            rows = rows.filter(payer__code=cap.payer)
    line = f"{result}line__"
    day = f"{line}{_DAYS[cap.basis]}"
    rows = rows.filter(_within(cap, day))
    if cap.metrics:
        rows = rows.filter(**{f"{result}metric__in": cap.metrics})
    spans = periods_of(cap, terms)
    if spans is not None:
        found = rows.annotate(span=span_of(day, spans)).values_list("span").annotate(sum=Sum(amount)).order_by()
        return {spans.edges[span - 1].isoformat(): int(sum_) for span, sum_ in found if span}
    if cap.scope is CapScope.METRIC:
        found = rows.values_list(f"{result}metric").annotate(sum=Sum(amount)).order_by()
        return {metric: int(sum_) for metric, sum_ in found}
    return {"": int(rows.aggregate(sum=Sum(amount, default=0))["sum"])}


def standing_on(scope: Scope, terms_by_version: Mapping[int, Terms]) -> Standing:
    """Give the engine what it needs to go on from a day, from sums alone: running numbers, caps, what is to be set off.

    Caps for each person and group stay empty: an expected result is nobody's in particular.

    Args:
        scope: The contract and the day; of all providers.
        terms_by_version: Every version the engine is given.
    """
    standing = Standing(terms_by_version)
    counts = LineResult.objects.filter(scope.standing("")).values_list("metric").annotate(sum=Sum("units"))
    standing.counts.update({metric: int(units) for metric, units in counts.order_by()})
    done = set()
    for terms in terms_by_version.values():
        for cap in terms.caps:
            gauge = standing.gauge_of(cap, terms)
            if cap.scope in _GAUGED and gauge.key not in done:
                done.add(gauge.key)
                gauge.sums.update({member: used for member, used in sum_used(scope, cap, terms).items() if used > 0})
    for payer, pence in sorted(find_set_offs(scope.contract).items()):
        standing.owe(payer=payer, pence=pence)
    return standing


def periods_of(cap: Cap, terms: Terms) -> Spans | None:
    """Give the periods of a cap that has some, as the engine counts them; None of any other."""
    if cap.scope is not CapScope.PERIOD or cap.every is Every.ONCE or terms.service.from_on is None:
        return None
    edges, first = [terms.service.from_on], terms.service.from_on
    while edges[-1] < terms.run_off_until:
        edges.append(add_months(first, MONTHS_IN[cap.every] * len(edges)))
    return Spans(tuple(edges), tuple(edge.isoformat() for edge in edges[:-1]))


def _waiting(cap: Cap, terms: Terms, member: str, waiting: Sequence[Waiting]) -> int:
    """What waits for a decision and falls into a period of a cap."""
    spans = periods_of(cap, terms)
    if spans is None:
        return 0
    is_achieved = cap.basis is PeriodBasis.ACHIEVED
    days = ((one.achieved_on if is_achieved else one.claimed_on, one.pence) for one in waiting)
    number = spans.number_of(date.fromisoformat(member))
    return sum(pence for day, pence in days if spans.number_of(day) == number)


def _within(cap: Cap, day: str) -> Q:
    found = Q()
    if cap.period.from_on is not None:
        found &= Q(**{f"{day}__gte": cap.period.from_on})
    if cap.period.until_on is not None:
        found &= Q(**{f"{day}__lt": cap.period.until_on})
    return found


def _members(cap: Cap, terms: Terms) -> Iterable[str]:
    spans = periods_of(cap, terms)
    if spans is not None:
        return [edge.isoformat() for edge in spans.edges[:-1]]
    if cap.scope is CapScope.METRIC:
        return cap.metrics or [metric.code for metric in terms.metrics]
    return [""]


def _end_of(scope: Scope, cap: Cap, terms: Terms, member: str) -> date | None:
    """The day from which nothing can be claimed any more that falls into a period of a cap."""
    if periods_of(cap, terms) is None or terms.service.from_on is None:
        return None
    after = add_months(date.fromisoformat(member), MONTHS_IN[cap.every])
    if cap.basis is PeriodBasis.CLAIMED:
        return after
    last = compute_claim_deadline(
        after - timedelta(days=1),
        rules=terms.claims,
        service_from_on=terms.service.from_on,
        nation=Nation(scope.contract.nation),
    )
    return last.last_on + timedelta(days=1)
