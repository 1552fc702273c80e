"""What a measured number is worth: tables with steps, sliding scales, targets that are met or not.

Every edge says in the contract's data whether the value itself counts: published contracts print both. Each amount is
rounded once, at its end, to whole pence, a half away from zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from bonds.arithmetic.effects import Effect, Measured, Reason, compute_effect, pays_nothing
from bonds.arithmetic.figures import round_half_up, write_exact
from bonds.arithmetic.lines import Step, Worth
from bonds.arithmetic.measurements import Measurement
from bonds.arithmetic.shapes import Problem


class Edge(StrEnum):
    """Whether a value just at an edge has reached it."""

    AT_LEAST = ">="
    ABOVE = ">"

    def is_reached(self, value: Fraction, edge: Fraction | Decimal) -> bool:
        """Whether a value has reached the edge."""
        return value > edge if self is Edge.ABOVE else value >= edge


@dataclass(frozen=True, slots=True, kw_only=True)
class TableStep:
    """One step of a table, worth an amount or a rate of the table's base.

    Attributes:
        at: The edge; None only for the first step, which then holds for all below the second.
        edge: Whether the edge itself belongs to the step.
        amount: Pence; below zero where the investors' side pays.
        rate: Of the base, instead of an amount: 0.075.
    """

    at: Decimal | None = None
    edge: Edge = Edge.AT_LEAST
    amount: int | None = None
    rate: Decimal | None = None

    def worth_of(self, base: int) -> Fraction:
        """Give what the step is worth, exactly, in pence."""
        return Fraction(self.amount) if self.amount is not None else Fraction(self.rate or 0) * base

    def is_reached(self, value: Fraction) -> bool:
        """Whether a value has reached the step."""
        return self.at is None or self.edge.is_reached(value, self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """What is paid at least, until and without a day: a rate of the base for the first years."""

    until_on: date
    amount: int | None = None
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTable:
    """A table of steps: the last step that is reached says the amount.

    Attributes:
        measured: The number that is looked up.
        steps: From the lowest edge to the highest.
        base: What rates are of, in pence: the capital, say.
        is_interpolated: Whether values between two steps are paid by the straight line between them; above the last
            step its own amount holds.
        has_downside: Whether a step may be below zero, which the investors' side then owes.
        floor: What is paid at least, for a time.

    Source: Newpin (rates of the capital, interpolated, a floor in the first three years), DC Water (three tiers, the
    lowest owed by the investors), Rikers Island and the rhino bond (tables).
    """

    measured: Measured
    steps: tuple[TableStep, ...]
    base: int = 0
    is_interpolated: bool = False
    has_downside: bool = False
    floor: Floor | None = None

    def check(self, at: str) -> list[Problem]:
        """List what cannot be meant."""
        problems = self.measured.check(f"{at}/measured")
        if not self.steps:
            problems.append(Problem(f"{at}/steps", "A table has at least one step."))
        for index, step in enumerate(self.steps):
            problems += self._check_step(step, f"{at}/steps/{index}", is_first=index == 0)
        for index, (lower, higher) in enumerate(zip(self.steps, self.steps[1:], strict=False), start=1):
            if lower.at is not None and higher.at is not None and _place(lower) >= _place(higher):
                problems.append(Problem(f"{at}/steps/{index}/at", "Steps go from the lowest to the highest."))
        if self.floor is not None and not _has_one(self.floor.amount, self.floor.rate):
            problems.append(Problem(f"{at}/floor", "This needs an amount or a rate, and not both."))
        rates = [step.rate for step in self.steps] + [self.floor.rate if self.floor else None]
        if any(rate is not None for rate in rates) and self.base <= 0:
            problems.append(Problem(f"{at}/base", "Rates are of something: this has to be above zero."))
        return problems

    def _check_step(self, step: TableStep, at: str, *, is_first: bool) -> list[Problem]:
        problems = []
        if not _has_one(step.amount, step.rate):
            problems.append(Problem(at, "This needs an amount or a rate, and not both."))
        if step.at is None and not is_first:
            problems.append(Problem(f"{at}/at", "Only the first step can be without an edge."))
        if not self.has_downside and ((step.amount or 0) < 0 or (step.rate or 0) < 0):
            problems.append(Problem(at, "This is below zero, and the table has no downside."))
        return problems

    def compute(self, measurement: Measurement) -> Worth:
        """Work out the worth.

        Raises:
            MeasurementLacks: the number was not measured.
        """
        effect = compute_effect(self.measured, measurement)
        if effect.value is None:
            return self._lift(pays_nothing(effect), measurement)
        reached = [step for step in self.steps if step.is_reached(effect.value)]
        if not reached:
            step = Step("table", 0, {"value": write_exact(effect.value), "first": _write_edge(self.steps[0])})
            return self._lift(Worth(0, Reason.BELOW_TABLE, (*effect.steps, step)), measurement)
        return self._lift(self._pay(effect, effect.value, len(reached) - 1), measurement)

    def _pay(self, effect: Effect, value: Fraction, index: int) -> Worth:
        found = self.steps[index]
        exact = found.worth_of(self.base)
        facts: dict[str, object] = {"value": write_exact(value), "step": index + 1, "edge": _write_edge(found)}
        following = self.steps[index + 1] if index + 1 < len(self.steps) else None
        if self.is_interpolated and following and following.at is not None and found.at is not None:
            part = (value - Fraction(found.at)) / (Fraction(following.at) - Fraction(found.at))
            exact += part * (following.worth_of(self.base) - exact)
            facts |= {"next": _write_edge(following), "part": write_exact(part)}
        if self.base:
            facts |= {"base": self.base, "rate": write_exact(exact / self.base)}
        amount = round_half_up(exact)
        return Worth(amount, _reason_of(amount), (*effect.steps, Step("table", amount, facts)))

    def _lift(self, worth: Worth, measurement: Measurement) -> Worth:
        """Raise the worth to the floor while there is one."""
        if self.floor is None or measurement.measured_on >= self.floor.until_on:
            return worth
        exact = self.floor.amount if self.floor.amount is not None else Fraction(self.floor.rate or 0) * self.base
        least = round_half_up(Fraction(exact))
        if worth.amount >= least:
            return worth
        facts = {"before": worth.amount, "reason": worth.reason, "until_on": self.floor.until_on.isoformat()}
        return Worth(least, "", (*worth.steps, Step("floor", least, facts)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SlidingScale:
    """A straight line from nothing, or a first share, at one value to the whole amount at another.

    Attributes:
        measured: The number.
        floor: Where the line begins.
        full: Where it ends, above the floor; from there on the whole is paid.
        amount: The whole, in pence.
        floor_share: What share is paid at the floor: 0 to 1.
        edge: Whether the floor itself is on the line; it makes a difference only with a share.

    Source: Ways to Wellness, outcome A: nothing at +0.5 and all at +1.4 of mean Wellbeing Star change.
    """

    measured: Measured
    floor: Decimal
    full: Decimal
    amount: int
    floor_share: Decimal = Decimal(0)
    edge: Edge = Edge.AT_LEAST

    def check(self, at: str) -> list[Problem]:
        """List what cannot be meant."""
        problems = self.measured.check(f"{at}/measured")
        if self.full <= self.floor:
            problems.append(Problem(f"{at}/full", "The scale ends above where it begins."))
        if self.amount <= 0:
            problems.append(Problem(f"{at}/amount", "This has to be above zero."))
        if not 0 <= self.floor_share < 1:
            problems.append(Problem(f"{at}/floor_share", "This has to be a share from 0 to below 1."))
        return problems

    def compute(self, measurement: Measurement) -> Worth:
        """Work out the worth.

        Raises:
            MeasurementLacks: the number was not measured.
        """
        effect = compute_effect(self.measured, measurement)
        if effect.value is None:
            return pays_nothing(effect)
        share = self._share_of(effect.value)
        amount = round_half_up(share * self.amount)
        facts: dict[str, object] = {
            "value": write_exact(effect.value),
            "floor": f"{self.edge} {write_exact(self.floor)}",
            "full": write_exact(self.full),
            "share": write_exact(share),
            "whole": self.amount,
        }
        reason = "" if amount else Reason.BELOW_THRESHOLD
        return Worth(amount, reason, (*effect.steps, Step("sliding_scale", amount, facts)))

    def _share_of(self, value: Fraction) -> Fraction:
        if not self.edge.is_reached(value, self.floor):
            return Fraction(0)
        floor, full, first = Fraction(self.floor), Fraction(self.full), Fraction(self.floor_share)
        return min(Fraction(1), first + (1 - first) * (value - floor) / (full - floor))


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A figure with its target, above zero."""

    figure: str
    target: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOrNothing:
    """The whole amount if every indicator reaches a share of its target; else nothing, and no part of it.

    Attributes:
        indicators: At least one.
        amount: Pence.
        of_target: The share that has to be reached: 0.9.
        edge: Whether the share itself is enough.

    Source: Support for low-income families (Russia): each indicator at 90 % of its target or no payment.
    """

    indicators: tuple[Indicator, ...]
    amount: int
    of_target: Decimal = Decimal(1)
    edge: Edge = Edge.AT_LEAST

    def check(self, at: str) -> list[Problem]:
        """List what cannot be meant."""
        problems = _check_targets(self.indicators, f"{at}/indicators")
        if self.amount <= 0:
            problems.append(Problem(f"{at}/amount", "This has to be above zero."))
        if self.of_target <= 0:
            problems.append(Problem(f"{at}/of_target", "This has to be above zero."))
        return problems

    def compute(self, measurement: Measurement) -> Worth:
        """Work out the worth.

        Raises:
            MeasurementLacks: an indicator was not measured.
        """
        steps, missed = [], 0
        for indicator in self.indicators:
            value = measurement.figure(indicator.figure)
            needed = Fraction(indicator.target) * Fraction(self.of_target)
            is_met = self.edge.is_reached(value, needed)
            missed += not is_met
            steps.append(Step("indicator", 0, _target_facts(indicator, value) | {"is_met": is_met}))
        amount = 0 if missed else self.amount
        facts: dict[str, object] = {"needed": f"{self.edge} {write_exact(self.of_target)}", "missed": missed}
        reason = Reason.TARGET_NOT_MET if missed else ""
        return Worth(amount, reason, (*steps, Step("all_or_nothing", amount, facts)))


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedTarget:
    """A figure with its target, its weight in the whole, and how much of the target counts at most (1: no more)."""

    figure: str
    target: Decimal
    weight: Decimal
    most: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedTargets:
    """Each target's part of the amount, by how much of it was reached.

    Source: Educate Girls (learning 80 %, enrolment 20 %).
    """

    targets: tuple[WeighedTarget, ...]
    amount: int

    def check(self, at: str) -> list[Problem]:
        """List what cannot be meant."""
        problems = _check_targets(self.targets, f"{at}/targets")
        if self.amount <= 0:
            problems.append(Problem(f"{at}/amount", "This has to be above zero."))
        if any(target.weight <= 0 for target in self.targets) or sum(each.weight for each in self.targets) != 1:
            problems.append(Problem(f"{at}/targets", "Each weight is above zero, and they make 1 together."))
        if any(target.most <= 0 for target in self.targets):
            problems.append(Problem(f"{at}/targets", "What counts at most has to be above zero."))
        return problems

    def compute(self, measurement: Measurement) -> Worth:
        """Work out the worth.

        Raises:
            MeasurementLacks: a figure was not measured.
        """
        steps, share = [], Fraction(0)
        for target in self.targets:
            value = measurement.figure(target.figure)
            counted = min(Fraction(target.most), max(Fraction(0), value / Fraction(target.target)))
            share += counted * Fraction(target.weight)
            facts = _target_facts(target, value) | {
                "weight": write_exact(target.weight),
                "counted": write_exact(counted),
            }
            steps.append(Step("target", 0, facts))
        amount = round_half_up(share * self.amount)
        step = Step("weighed_targets", amount, {"share": write_exact(share), "whole": self.amount})
        return Worth(amount, "" if amount else Reason.TARGET_NOT_MET, (*steps, step))


_LEAST_TARGETS: Final = 1


def _check_targets(targets: Sequence[Indicator | WeighedTarget], at: str) -> list[Problem]:
    problems = [
        Problem(f"{at}/{index}/target", "This has to be above zero.")
        for index, target in enumerate(targets)
        if target.target <= 0
    ]
    names = [target.figure for target in targets]
    if len(targets) < _LEAST_TARGETS:
        problems.append(Problem(at, "There has to be at least one."))
    if len(set(names)) < len(names) or not all(names):
        problems.append(Problem(at, "Each figure is named, and once."))
    return problems


def _target_facts(target: Indicator | WeighedTarget, value: Fraction) -> dict[str, object]:
    return {
        "figure": target.figure,
        "value": write_exact(value),
        "target": write_exact(target.target),
        "of_target": write_exact(value / Fraction(target.target)),
    }


def _has_one(amount: int | None, rate: Decimal | None) -> bool:
    return (amount is None) != (rate is None)


def _place(step: TableStep) -> tuple[Decimal, bool]:
    """Order edges: at the same value, "at least" comes before "above"."""
    return step.at or Decimal(0), step.edge is Edge.ABOVE


def _write_edge(step: TableStep) -> str:
    return "" if step.at is None else f"{step.edge} {write_exact(step.at)}"


def _reason_of(amount: int) -> str:
    if amount < 0:
        return Reason.DOWNSIDE
    return "" if amount else Reason.STEP_PAYS_NOTHING
