"""Measurements for tests, with figures written as texts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bonds.arithmetic.measurements import Cohort, Estimate, Measurement

DAY = date(2015, 6, 30)


def figures(*, on: date = DAY, **values: str) -> Measurement:
    return Measurement(measured_on=on, figures={name: Decimal(value) for name, value in values.items()})


def cohort(treated: int, events: str, comparison: int, comparison_events: str, name: str = "cohort 1") -> Cohort:
    return Cohort(
        name=name,
        treated=treated,
        treated_events=Decimal(events),
        comparison=comparison,
        comparison_events=Decimal(comparison_events),
    )


def cohorts(**groups: Cohort | tuple[Cohort, ...]) -> Measurement:
    counted = {name: found if isinstance(found, tuple) else (found,) for name, found in groups.items()}
    return Measurement(measured_on=DAY, cohorts=counted)


def estimates(**found: Estimate) -> Measurement:
    return Measurement(measured_on=DAY, estimates=found)


def estimate(value: str, low: str | None = None, high: str | None = None, weight: int | None = None) -> Estimate:
    return Estimate(
        value=Decimal(value),
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
        weight=weight,
    )
