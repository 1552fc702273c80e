"""How far each cap of a contract is filled as of a day, from sums that the database made, as the engine gauges it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from django.db.models import Sum

from bonds.arithmetic.deadlines import Nation, compute_claim_deadline
from bonds.arithmetic.liability import Room
from bonds.arithmetic.months import add_months
from bonds.arithmetic.overview import Waiting
from bonds.arithmetic.standing import MONTHS_IN, Standing
from bonds.arithmetic.terms import Cap, CapScope, PeriodBasis, Terms
from bonds.models import LineResult
from bonds.queries.overpayments import find_set_offs
from bonds.queries.overview_cube import Cube, periods_of, read_cube, sum_used
from bonds.queries.overview_sums import Scope

_GAUGED: Final = (CapScope.CONTRACT, CapScope.METRIC, CapScope.PERIOD, CapScope.PAYER)


def list_rooms(cube: Cube, terms: Terms, waiting: Sequence[Waiting]) -> list[Room]:
    """List the caps in money with what is used of each; a cap for each person or group is not among them. No query.

    Args:
        cube: What stands on the day, of all providers, read with these terms.
        terms: Whose caps.
        waiting: What waits for a decision.
    """
    rooms = []
    for cap in terms.caps:
        if cap.amount is None or cap.scope not in _GAUGED:
            continue
        used = sum_used(cube, cap, terms)
        for member in _members(cap, terms):
            ends_on, waits = _end_of(cube.scope, cap, terms, member), _waiting(cap, terms, member, waiting)
            rooms.append(Room(cap, member, used.get(member, 0), ends_on, waits))
    return rooms


def standing_on(scope: Scope, terms_by_version: Mapping[int, Terms]) -> Standing:
    """Give the engine what it needs to go on from a day, from sums alone: running numbers, caps, what is to be set off.

    Caps for each person and cohort stay empty: nobody who is expected has had anything yet.

    Args:
        scope: The contract and the day; of all providers.
        terms_by_version: Every version the engine is given.
    """
    standing = Standing(terms_by_version)
    cube = read_cube(scope, terms_by_version.values())
    for cell in cube.results:
        standing.counts[cell.metric] = standing.counts.get(cell.metric, 0) + cell.units
    for group in sorted(standing.watched):
        mine = LineResult.objects.filter(scope.standing(""), units__gt=0, candidate__subgroups__contains=[group])
        for metric, units in mine.values_list("metric").annotate(sum=Sum("units")).order_by():
            standing.group_counts[metric, group] = units
    done = set()
    for terms in terms_by_version.values():
        for cap in terms.caps:
            gauge = standing.gauge_of(cap, terms)
            if cap.scope in _GAUGED and gauge.key not in done:
                done.add(gauge.key)
                gauge.sums.update({member: used for member, used in sum_used(cube, cap, terms).items() if used > 0})
    for payer, pence in sorted(find_set_offs(scope.contract).items()):
        standing.owe(payer=payer, pence=pence)
    return standing


def _waiting(cap: Cap, terms: Terms, member: str, waiting: Sequence[Waiting]) -> int:
    """What waits for a decision and falls into a period of a cap."""
    spans = periods_of(cap, terms)
    if spans is None:
        return 0
    is_achieved = cap.basis is PeriodBasis.ACHIEVED
    days = ((one.achieved_on if is_achieved else one.claimed_on, one.pence) for one in waiting)
    number = spans.number_of(date.fromisoformat(member))
    return sum(pence for day, pence in days if spans.number_of(day) == number)


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
