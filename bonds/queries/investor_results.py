"""How many results were paid for, as investors see them: a number by kind of result, no person and no line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Sum

from bonds.models import LineResult, OutcomesContract
from bonds.queries.claims import names_of_metrics
from bonds.states import ACCEPTED_STATES

# Fewer than this could point to somebody. Source: practice of official statistics, which suppresses counts of 1 to 4
# (unverified as a rule for outcome contracts).
SMALLEST_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class ResultCount:
    """How many results of a kind were accepted; `count` is None where it is between one and four."""

    metric: str
    name: str
    count: int | None


def count_results(contract: OutcomesContract) -> list[ResultCount]:
    """Count the results that were accepted and not taken back, by kind, in the order of the terms."""
    states = [state.value for state in ACCEPTED_STATES]
    found = LineResult.objects.filter(contract=contract, clawback=None, line__state__in=states)
    counts = dict(found.values_list("metric").annotate(sum=Sum("units")).order_by())
    return [
        ResultCount(metric, name, _shown(int(counts.get(metric) or 0)))
        for metric, name in names_of_metrics(contract).items()
    ]


def _shown(count: int) -> int | None:
    return None if 0 < count < SMALLEST_SHOWN else count
