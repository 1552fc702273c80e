"""By how much a group did better than it would have: frequency against a comparison, pooled, or estimated.

An effect is a fraction, signed: 0.0839 is 8.39 % better, below zero is worse. Where it cannot be told there is a reason
and no number: nothing is divided by nothing.

Source: Peterborough (frequency of reconviction in matched groups, cohorts pooled), Massachusetts juvenile justice
(80 % randomised trial, 20 % difference in differences).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from bonds.arithmetic.figures import write_exact
from bonds.arithmetic.lines import Step, Worth
from bonds.arithmetic.measurements import Cohort, Estimate, Measurement
from bonds.arithmetic.shapes import Problem


class Reason(StrEnum):
    """Why a measurement pays nothing, or is owed."""

    NO_TREATED = "no_treated"  # nobody was served
    NO_COMPARISON = "no_comparison"  # nobody to compare with
    NOTHING_TO_COMPARE = "nothing_to_compare"  # the comparison group had no event: no share of it can be told
    BELOW_MINIMUM = "below_minimum"  # a group is too small by the contract
    NO_INTERVAL = "no_interval"  # the contract pays by the interval and there is none
    WITHIN_CHANCE = "within_chance"  # the interval holds "no effect"
    WORSE = "worse_than_comparison"  # and the contract has no downside share
    NO_EFFECT = "no_effect"
    BELOW_THRESHOLD = "below_threshold"
    HURDLE_NOT_MET = "hurdle_not_met"
    BELOW_TABLE = "below_table"
    STEP_PAYS_NOTHING = "step_pays_nothing"
    TARGET_NOT_MET = "target_not_met"
    PAID_ALREADY = "paid_already"
    DOWNSIDE = "downside"  # owed by the investors' side
    CLAWBACK = "clawback"  # owed back out of what was paid for the year


class MeasuredBy(StrEnum):
    """Where the number of a formula comes from."""

    FIGURE = "figure"  # a single figure, as measured
    COHORTS = "cohorts"  # 1 - T/C of each cohort, pooled by the people served
    POOL = "pool"  # estimates, pooled by the people they stand for
    BLEND = "blend"  # estimates, with the weights that the contract says


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How a formula gets its number from a measurement.

    Attributes:
        by: From what.
        name: Of the figure or of what was counted.
        names: For `POOL`: of the estimates.
        weights: For `BLEND`: by estimate; together 1.
        least: For `COHORTS`: each group has at least so many people, or nothing is paid.
        uses_point_estimate: For estimates: whether the point estimate counts, whatever its interval. If not, the end
            of the interval that is nearer to no effect counts, and nothing where the interval holds no effect.
    """

    by: MeasuredBy
    name: str = ""
    names: tuple[str, ...] = ()
    weights: dict[str, Decimal] = field(default_factory=dict)
    least: int = 1
    uses_point_estimate: bool = True

    def check(self, at: str) -> list[Problem]:
        """List what cannot be meant."""
        by_estimates = self.by in {MeasuredBy.POOL, MeasuredBy.BLEND}
        rules = [
            (by_estimates or bool(self.name), "name", "This has to say what is measured."),
            (not (by_estimates and self.name), "name", "Estimates are named in “names” or “weights”."),
            ((self.by == MeasuredBy.POOL) == bool(self.names), "names", "A pool names its estimates, and only a pool."),
            (len(set(self.names)) == len(self.names), "names", "An estimate is named twice."),
            ((self.by == MeasuredBy.BLEND) == bool(self.weights), "weights", "A blend has weights, and only a blend."),
            (not self.weights or sum(self.weights.values()) == 1, "weights", "The weights have to make 1 together."),
            (all(weight > 0 for weight in self.weights.values()), "weights", "Each weight has to be above zero."),
            (self.least >= 1, "least", "This has to be 1 or more."),
            (self.by == MeasuredBy.COHORTS or self.least == 1, "least", "Only cohorts have a smallest number."),
            (by_estimates or self.uses_point_estimate, "uses_point_estimate", "Only estimates have an interval."),
        ]
        return [Problem(f"{at}/{name}", problem) for is_sound, name, problem in rules if not is_sound]


@dataclass(frozen=True, slots=True)
class Effect:
    """A number that a formula works with, or why there is none.

    Attributes:
        value: The number; None where it cannot be told.
        reason: Why it cannot be told.
        steps: How it came about.
        avoided: For cohorts: how many events fewer than the comparison group's rate would have given, signed.
    """

    value: Fraction | None
    reason: str = ""
    steps: tuple[Step, ...] = ()
    avoided: Fraction | None = None


def compute_effect(measured: Measured, measurement: Measurement) -> Effect:
    """Work out the number that a formula asks for.

    Args:
        measured: What it asks for; sound.
        measurement: What was measured.

    Returns:
        The number with its steps, or the reason why it cannot be told.

    Raises:
        MeasurementLacks: something that it asks for was not measured at all.

    Source: 1 - T/C, its pool and its blend as in the contracts named at the head of this module.
    """
    return _WAYS[measured.by](measured, measurement)


def compute_frequency(cohort: Cohort, *, least: int = 1) -> Effect:
    """Work out by what share a cohort had fewer events for each person than its comparison group: 1 - T/C.

    Args:
        cohort: Counts of both groups, zero or more.
        least: People whom each group has to have.

    Returns:
        The share, signed, with how many events were avoided; or the reason why it cannot be told. A cohort without
        any event in a comparison that has some is 1: 100 % better.

    Source: Peterborough: reconvictions for each hundred people, 142 against 155.
    """
    facts = _cohort_facts(cohort, least)
    reason = _find_gap(cohort, least)
    if reason:
        return Effect(None, reason, (Step("frequency", 0, {**facts, "reason": str(reason)}),))
    expected = Fraction(cohort.comparison_events) / cohort.comparison * cohort.treated
    avoided = expected - Fraction(cohort.treated_events)
    effect = avoided / expected
    step = Step("frequency", 0, {**facts, "avoided": write_exact(avoided), "effect": write_exact(effect)})
    return Effect(effect, "", (step,), avoided)


def _find_gap(cohort: Cohort, least: int) -> Reason | None:
    if not cohort.treated:
        return Reason.NO_TREATED
    if not cohort.comparison:
        return Reason.NO_COMPARISON
    if min(cohort.treated, cohort.comparison) < least:
        return Reason.BELOW_MINIMUM
    return None if cohort.comparison_events else Reason.NOTHING_TO_COMPARE


def _cohort_facts(cohort: Cohort, least: int) -> dict[str, object]:
    return {
        "cohort": cohort.name,
        "treated": cohort.treated,
        "treated_events": write_exact(cohort.treated_events),
        "comparison": cohort.comparison,
        "comparison_events": write_exact(cohort.comparison_events),
        "least": least,
    }


def pool(effects: Sequence[tuple[Fraction, int]]) -> Fraction:
    """Pool effects by the number of people behind each; a cohort that did worse counts against the others.

    Args:
        effects: Each with its number of people, above zero; at least one.

    Source: Peterborough's pooled test over its cohorts.
    """
    people = sum(weight for _, weight in effects)
    return sum((effect * weight for effect, weight in effects), Fraction(0)) / people


def _by_figure(measured: Measured, measurement: Measurement) -> Effect:
    value = measurement.figure(measured.name)
    return Effect(value, "", (Step("figure", 0, {"figure": measured.name, "value": write_exact(value)}),))


def _by_cohorts(measured: Measured, measurement: Measurement) -> Effect:
    groups = measurement.groups(measured.name)
    effects = [compute_frequency(group, least=measured.least) for group in groups]
    steps = tuple(step for effect in effects for step in effect.steps)
    # A cohort that cannot be told is not left out of the pool: leaving one out could be chosen for what it does.
    reason = next((effect.reason for effect in effects if effect.reason), "")
    if reason:
        return Effect(None, reason, steps)
    weighed = [(effect.value or Fraction(0), group.treated) for effect, group in zip(effects, groups, strict=True)]
    avoided = sum((effect.avoided or Fraction(0) for effect in effects), Fraction(0))
    value = pool(weighed)
    if len(groups) > 1:
        people = [weight for _, weight in weighed]
        steps += (Step("pool", 0, {"weights": people, "avoided": write_exact(avoided), "effect": write_exact(value)}),)
    return Effect(value, "", steps, avoided)


def _by_pool(measured: Measured, measurement: Measurement) -> Effect:
    estimates = {name: measurement.estimate(name) for name in measured.names}
    people = {name: estimate.weight or 0 for name, estimate in estimates.items()}
    if not all(people.values()):
        return Effect(None, Reason.NO_TREATED, (Step("pool", 0, {"weights": list(people.values())}),))
    total = sum(people.values())
    return _weigh(measured, estimates, {name: Fraction(weight, total) for name, weight in people.items()})


def _by_blend(measured: Measured, measurement: Measurement) -> Effect:
    estimates = {name: measurement.estimate(name) for name in measured.weights}
    return _weigh(measured, estimates, {name: Fraction(weight) for name, weight in measured.weights.items()})


def _weigh(measured: Measured, estimates: Mapping[str, Estimate], weights: Mapping[str, Fraction]) -> Effect:
    """Add estimates by their weights; of their intervals the ends.

    The blended interval is the widest that the parts allow: exact if the estimates move together, wider than the truth
    if they do not. So a contract that pays by the interval never pays for more than was shown.
    """
    value = sum((Fraction(estimates[name].value) * weight for name, weight in weights.items()), Fraction(0))
    ends = _blend_interval(estimates, weights)
    steps = [Step("estimate", 0, _estimate_facts(name, estimates[name], weights[name])) for name in weights]
    counted, reason = (value, "") if measured.uses_point_estimate else _nearest_to_none(ends)
    facts: dict[str, object] = {"effect": write_exact(value), "uses_point_estimate": measured.uses_point_estimate}
    if ends:
        facts |= {"low": write_exact(ends[0]), "high": write_exact(ends[1]), "holds_no_effect": ends[0] <= 0 <= ends[1]}
    if counted is not None and not measured.uses_point_estimate:
        facts["counted"] = write_exact(counted)
    return Effect(counted, reason, (*steps, Step(str(measured.by), 0, facts)))


def _blend_interval(
    estimates: Mapping[str, Estimate], weights: Mapping[str, Fraction]
) -> tuple[Fraction, Fraction] | None:
    low = high = Fraction(0)
    for name, weight in weights.items():
        estimate = estimates[name]
        if estimate.low is None or estimate.high is None:
            return None
        low, high = low + Fraction(estimate.low) * weight, high + Fraction(estimate.high) * weight
    return low, high


def _nearest_to_none(ends: tuple[Fraction, Fraction] | None) -> tuple[Fraction | None, str]:
    if ends is None:
        return None, Reason.NO_INTERVAL
    low, high = ends
    if low <= 0 <= high:
        return None, Reason.WITHIN_CHANCE
    return (low if low > 0 else high), ""


def _estimate_facts(name: str, estimate: Estimate, weight: Fraction) -> dict[str, object]:
    facts: dict[str, object] = {
        "estimate": name,
        "method": estimate.method,
        "value": write_exact(estimate.value),
        "weight": write_exact(weight),
    }
    optional = {"low": estimate.low, "high": estimate.high, "confidence": estimate.confidence}
    return facts | {key: write_exact(end) for key, end in optional.items() if end is not None}


_WAYS: Final[Mapping[MeasuredBy, Callable[[Measured, Measurement], Effect]]] = {
    MeasuredBy.FIGURE: _by_figure,
    MeasuredBy.COHORTS: _by_cohorts,
    MeasuredBy.POOL: _by_pool,
    MeasuredBy.BLEND: _by_blend,
}


def pays_nothing(effect: Effect) -> Worth:
    """Tell that a measurement is worth nothing because its number cannot be told."""
    return Worth(0, str(effect.reason), effect.steps)
