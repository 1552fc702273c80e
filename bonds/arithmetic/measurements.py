"""What was measured of a group, as whoever measured it handed it in. It is kept and never changed.

Source: data that published outcome contracts pay by: counts of a cohort beside a comparison group (Peterborough),
estimates with intervals (Massachusetts), single figures (days, mean scores, savings).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bonds.arithmetic.shapes import Problem, point, read_shape, write_shape
from core.errors import InvalidInput


class MeasurementUnsound(InvalidInput):
    """A measurement cannot be read; `facts["problems"]` lists every one by its place."""

    code = "bonds.measurement_unsound"


class MeasurementLacks(InvalidInput):
    """A formula asks for something that was not measured."""

    code = "bonds.measurement_lacks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """A group that was served and the one it is compared with.

    Attributes:
        name: What it is called: "cohort 1".
        treated: People who were served.
        treated_events: What they had of that which should become less, such as convictions; a fraction where it was
            published per hundred people or where people are weighted.
        comparison: People in the comparison group.
        comparison_events: What these had.
    """

    name: str
    treated: int
    treated_events: Decimal
    comparison: int
    comparison_events: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """An effect that an evaluator estimated, with its confidence interval if there is one.

    Attributes:
        value: The point estimate; above zero is better than without the service.
        low: Lower end of the interval.
        high: Upper end of it.
        confidence: Of the interval: 0.95.
        weight: How many people it stands for, where estimates are pooled by these.
        method: What it was estimated by: "randomised trial".
    """

    value: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    confidence: Decimal | None = None
    weight: int | None = None
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """All that was measured for one payment by a formula.

    Attributes:
        measured_on: The day that it is about, in general the last of the period.
        figures: Single figures by name: "days", "mean_change", "saving_pence".
        cohorts: By what was counted: "reconvictions".
        estimates: By name: "rct".
    """

    measured_on: date
    figures: dict[str, Decimal] = field(default_factory=dict)
    cohorts: dict[str, tuple[Cohort, ...]] = field(default_factory=dict)
    estimates: dict[str, Estimate] = field(default_factory=dict)

    def figure(self, name: str) -> Fraction:
        """Give a single figure.

        Raises:
            MeasurementLacks: it was not measured.
        """
        if name not in self.figures:
            raise MeasurementLacks("A figure that the formula needs was not measured.", figure=name)
        return Fraction(self.figures[name])

    def groups(self, name: str) -> tuple[Cohort, ...]:
        """Give the cohorts in which something was counted.

        Raises:
            MeasurementLacks: none was counted.
        """
        if not self.cohorts.get(name):
            raise MeasurementLacks("No cohort was counted for what the formula needs.", cohorts=name)
        return self.cohorts[name]

    def estimate(self, name: str) -> Estimate:
        """Give one estimate.

        Raises:
            MeasurementLacks: it was not made.
        """
        if name not in self.estimates:
            raise MeasurementLacks("An estimate that the formula needs was not made.", estimate=name)
        return self.estimates[name]


def read_measurement(data: object) -> Measurement:
    """Read a measurement from JSON.

    Raises:
        MeasurementUnsound: `facts["problems"]` has every problem as {"at": "/figures/days", "problem": "..."}.
    """
    problems: list[Problem] = []
    found = read_shape(Measurement, data, problems)
    if found is not None:
        problems += [each for name, groups in found.cohorts.items() for each in _check_cohorts(name, groups)]
        problems += [each for name, estimate in found.estimates.items() for each in _check_estimate(name, estimate)]
    if found is None or problems:
        listed = [problem.as_dict() for problem in problems]
        raise MeasurementUnsound("The measurement cannot be read.", problems=listed)
    return found


def write_measurement(measurement: Measurement) -> dict[str, Any]:
    """Write a measurement as JSON has it."""
    return write_shape(measurement)


def _check_cohorts(name: str, groups: tuple[Cohort, ...]) -> list[Problem]:
    counts = ("treated", "treated_events", "comparison", "comparison_events")
    at = point("/cohorts", name)
    below = [
        Problem(f"{at}/{index}/{count}", "This cannot be below zero.")
        for index, group in enumerate(groups)
        for count in counts
        if getattr(group, count) < 0
    ]
    names = [group.name for group in groups]
    twice = [
        Problem(f"{at}/{index}/name", f"“{group.name}” is counted twice.")
        for index, group in enumerate(groups)
        if group.name in names[:index]
    ]
    return below + twice


def _check_estimate(name: str, estimate: Estimate) -> list[Problem]:
    at = point("/estimates", name)
    problems = []
    if (estimate.low is None) != (estimate.high is None):
        problems.append(Problem(at, "An interval has both ends."))
    low, high = estimate.low, estimate.high
    if low is not None and high is not None and not low <= estimate.value <= high:
        problems.append(Problem(at, "The estimate lies outside its interval."))
    if estimate.weight is not None and estimate.weight <= 0:
        problems.append(Problem(f"{at}/weight", "This has to be above zero."))
    if estimate.confidence is not None and not 0 < estimate.confidence < 1:
        problems.append(Problem(f"{at}/confidence", "This has to lie between 0 and 1, such as 0.95."))
    return problems
