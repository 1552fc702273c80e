"""How many results were accepted, as those are told who need no lines: no person, and no small number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bonds.arithmetic.small_numbers import Tally, compute_step, find_threshold, tell
from bonds.models import LineResult, OutcomesContract
from bonds.queries.results import is_of_people, metrics_of
from bonds.queries.taken_back import was_taken_back
from core.periods import start_of_day

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ResultCount:
    """How many results of a kind were accepted.

    Attributes:
        metric: Code.
        name: What people call it.
        count: Rounded down to whole steps; None where it is of too few people, or less than a step.
        threshold: Counts of fewer people are not told.
        step: At least the threshold.
        is_of_groups: Whether groups are measured; then the people in them are counted.
    """

    metric: str
    name: str
    count: int | None
    threshold: int
    step: int
    is_of_groups: bool

    @property
    def words(self) -> str:
        """How many, as people are told."""
        return say_told(self.count, threshold=self.threshold, step=self.step)

    @property
    def title(self) -> str:
        """What is counted."""
        return name_counted(self.name, is_of_groups=self.is_of_groups)


def say_told(count: int | None, *, threshold: int, step: int) -> str:
    """Say a count that stands by itself.

    Args:
        count: None where it is not told.
        threshold: Counts of fewer people are not told.
        step: In which it is rounded down, at least the threshold.
    """
    if count is not None:
        return str(count)
    # In larger steps there may be people enough, and still less than a step.
    return _("fewer than %(threshold)s") % {"threshold": threshold} if step == threshold else _("not told")


def name_counted(name: str, *, is_of_groups: bool) -> str:
    """Name what is counted of a result: of groups that are measured, the people in them."""
    return _("%(name)s (people in the groups that were measured)") % {"name": name} if is_of_groups else name


def add_result(tally: Tally, on: date, units: int, person: object, measurement: Any) -> None:
    """Put a line into a tally: of one person, or of a group with the people it is said to have."""
    if person is not None:
        tally.add(on, units, person)
    else:
        tally.add_group(on, _people_in(measurement))


def tally_accepted(contract: OutcomesContract, *, until_on: date, standing_on: date | None = None) -> dict[str, Tally]:
    """Tally by code the results that were accepted and not taken back, by the day of acceptance.

    Args:
        contract: Signed.
        until_on: Accepted before this day.
        standing_on: What was taken back after this day still counts; None leaves all out that was ever taken back.
    """
    end = None if standing_on is None else start_of_day(standing_on + _ONE_DAY)
    standing = LineResult.objects.filter(~was_taken_back(before=end), contract=contract)
    rows = standing.filter(units__gt=0, run__assessed_on__lt=until_on)
    tallies: dict[str, Tally] = defaultdict(Tally)
    facts = rows.values_list("metric", "run__assessed_on", "units", "participant", "line__event__measurement")
    for metric, *line in facts.order_by().iterator(chunk_size=2_000):
        add_result(tallies[metric], *line)
    return tallies


def count_results(contract: OutcomesContract, *, on: date) -> list[ResultCount]:
    """Count the results that stood as accepted at the end of a day, by kind, in the order of the terms.

    Args:
        contract: Signed.
        on: The day.
    """
    threshold = find_threshold(on)
    tallies = tally_accepted(contract, until_on=on + _ONE_DAY, standing_on=on)
    told = []
    for code, metric in metrics_of(contract).items():
        tally = tallies.get(code, Tally())
        step = compute_step(tally.largest, threshold=threshold)
        shown = tell(tally.count(), threshold=threshold, step=step)
        of_groups = not is_of_people(metric)
        told.append(ResultCount(code, metric.name, shown.results, threshold, step, of_groups))
    return told


def _people_in(measurement: Any) -> int:
    """How many people a measured group is said to have; nobody where that is not said, so that it is not shown."""
    cohorts = measurement.get("cohorts", {}) if isinstance(measurement, Mapping) else {}
    sizes = [sum(int(each.get("treated", 0)) for each in groups) for groups in cohorts.values()]
    return max(sizes, default=0)
