"""What stands on a day, added up row by row in Python from the plain meaning of each figure: slow, easy to check."""

from __future__ import annotations

from collections import defaultdict

from bonds.arithmetic.months import add_months
from bonds.arithmetic.overview import Done
from bonds.arithmetic.standing import MONTHS_IN
from bonds.arithmetic.terms import CapScope, Every, PeriodBasis
from bonds.models import LineResult, LineShare


def stands(result, scope) -> bool:
    back = getattr(result, "clawback", None)
    return (
        result.run.assessed_on <= scope.on
        and (back is None or back.at >= scope.end)
        and (scope.provider is None or result.line.claim.provider_id == scope.provider.pk)
    )


def results_of(scope) -> list[LineResult]:
    related = ("run", "clawback", "line__event", "line__claim")
    found = LineResult.objects.filter(contract=scope.contract).select_related(*related)
    return [one for one in found if stands(one, scope)]


def shares_of(scope) -> list[LineShare]:
    results = {one.pk: one for one in results_of(scope)}
    shares = list(LineShare.objects.filter(result__in=results).select_related("payer"))
    for share in shares:
        share.result = results[share.result_id]
    return shares


def year_of(result, scope) -> int:
    return scope.years.number_of(result.line.event.achieved_on)


def done(scope) -> dict[tuple[str, int], Done]:
    found: dict[tuple[str, int], Done] = defaultdict(Done)
    for one in results_of(scope):
        place = found[one.metric, year_of(one, scope)]
        place.lines += 1
        place.units += one.units
        place.gross += one.gross_pence
        place.net += one.net_pence
    return dict(found)


def parts(scope) -> dict[tuple[str, str, int], tuple[int, int, int]]:
    """Due, earned, set off."""
    found: dict[tuple[str, str, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in shares_of(scope):
        place = found[one.payer.code, one.result.metric, year_of(one.result, scope)]
        place[0] += one.due_pence
        place[1] += one.settled_pence
        place[2] += one.settled_pence - one.net_pence
    return {place: tuple(sums) for place, sums in found.items()}


def used(scope, cap, terms) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    if cap.amount is None and not cap.payer:
        rows = [(one, one.counted) for one in results_of(scope) if one.units]
    else:
        rows = [
            (one.result, one.result.counted if cap.amount is None else one.settled_pence)
            for one in shares_of(scope)
            if one.result.units and one.settled_pence > 0 and cap.payer in {"", one.payer.code}
        ]
    for result, amount in rows:
        day = result.line.event.achieved_on if cap.basis is PeriodBasis.ACHIEVED else result.line.claim.claimed_on
        if cap.period.holds(day) and (not cap.metrics or result.metric in cap.metrics):
            found[_member(cap, terms, result, day)] += amount
    return dict(found)


def _member(cap, terms, result, day) -> str:
    if cap.scope is CapScope.PERIOD and cap.every is not Every.ONCE:
        first = terms.service.from_on
        begins = [add_months(first, MONTHS_IN[cap.every] * number) for number in range(60)]
        return max(one for one in begins if one <= day).isoformat()
    return result.metric if cap.scope is CapScope.METRIC else ""
