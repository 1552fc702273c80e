"""What a number of units is worth: events avoided, days, savings, and a yearly fee set right by volume.

Each amount is rounded once, at its end, to whole pence, a half away from zero. What went worse pays nothing, unless the
contract has a downside share: then that share of it is owed by the investors' side.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from bonds.arithmetic.effects import Effect, Measured, MeasuredBy, Reason, compute_effect, pays_nothing
from bonds.arithmetic.figures import round_half_up, write_exact
from bonds.arithmetic.lines import Step, Worth
from bonds.arithmetic.measurements import Measurement
from bonds.arithmetic.scales import Edge
from bonds.arithmetic.shapes import Problem
from core.splitting import allocate

MONTHS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PerUnit:
    """A price for each unit above a baseline: days in a home, children ready for school.

    Attributes:
        measured: The number of units.
        price: Pence for one.
        above: Only what is above this number counts.
        most: So many units are paid for at most; None without limit.
        downside_share: What share of the price is owed for each unit below the baseline: 0 to 1.

    Source: Denver (a rate for each day housed), Chicago (a rate for each child), Cuyahoga (days of care avoided).
    """

    measured: Measured
    price: int
    above: Decimal = Decimal(0)
    most: Decimal | None = None
    downside_share: Decimal = Decimal(0)

    def check(self, at: str) -> list[Problem]:
        """List what cannot be meant."""
        problems = self.measured.check(f"{at}/measured") + _check_price(self.price, at)
        problems += _check_share(self.downside_share, f"{at}/downside_share")
        if self.most is not None and self.most <= 0:
            problems.append(Problem(f"{at}/most", "This has to be above zero."))
        return problems

    def compute(self, measurement: Measurement) -> Worth:
        """Work out the worth.

        Raises:
            MeasurementLacks: the units were not measured.
        """
        effect = compute_effect(self.measured, measurement)
        if effect.value is None:
            return pays_nothing(effect)
        units = effect.value - Fraction(self.above)
        counted = units if self.most is None else min(units, Fraction(self.most))
        facts: dict[str, object] = {"units": write_exact(units), "counted": write_exact(counted), "price": self.price}
        if self.above:
            facts["above"] = write_exact(self.above)
        return _pay("per_unit", effect, counted * self.price, facts, downside_share=self.downside_share)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingShare:
    """A share of a verified saving.

    Attributes:
        measured: The saving in pence, or the number of units that were saved.
        share: 0.95; above 0 and at most 1.
        unit_saving: Pence that one unit saves; 1 where the saving itself is measured in pence.
        downside_share: What share of a loss is owed: 0 to 1.

    Source: Utah preschool (95 % of what special education would have cost).
    """

    measured: Measured
    share: Decimal
    unit_saving: int = 1
    downside_share: Decimal = Decimal(0)

    def check(self, at: str) -> list[Problem]:
        """List what cannot be meant."""
        problems = self.measured.check(f"{at}/measured")
        problems += _check_share(self.downside_share, f"{at}/downside_share")
        if not 0 < self.share <= 1:
            problems.append(Problem(f"{at}/share", "This has to be a share above 0 and up to 1."))
        if self.unit_saving <= 0:
            problems.append(Problem(f"{at}/unit_saving", "This has to be above zero."))
        return problems

    def compute(self, measurement: Measurement) -> Worth:
        """Work out the worth.

        Raises:
            MeasurementLacks: the saving was not measured.
        """
        effect = compute_effect(self.measured, measurement)
        if effect.value is None:
            return pays_nothing(effect)
        saving = effect.value * self.unit_saving
        exact = saving * Fraction(self.share)
        facts: dict[str, object] = {
            "saving": write_exact(saving),
            "share": write_exact(self.share),
            "exact": write_exact(exact),
        }
        return _pay("saving_share", effect, exact, facts, downside_share=self.downside_share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hurdle:
    """A first test: the share of people with any event at all has to fall by so much before frequency is paid."""

    measured: Measured
    at: Decimal
    edge: Edge = Edge.AT_LEAST


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """A price for each event that the comparison group's rate would have given and that did not happen.

    Attributes:
        measured: Cohorts in which the events were counted.
        price: Pence for each event avoided.
        threshold: Nothing is paid below this effect; from it on, every event avoided is.
        edge: Whether the threshold itself is enough.
        hurdle: A first test, with another count.
        downside_share: What share of the price is owed for each event more than the comparison's: 0 to 1. It is owed
            whatever the threshold and the hurdle say: these are for what is paid.

    Source: Peterborough (threshold by cohort, lower when pooled); Transforming Rehabilitation as proposed in 2013
    (binary hurdle, then frequency).
    """

    measured: Measured
    price: int
    threshold: Decimal = Decimal(0)
    edge: Edge = Edge.AT_LEAST
    hurdle: Hurdle | None = None
    downside_share: Decimal = Decimal(0)

    def check(self, at: str) -> list[Problem]:
        """List what cannot be meant."""
        problems = self.measured.check(f"{at}/measured") + _check_price(self.price, at)
        problems += _check_share(self.downside_share, f"{at}/downside_share")
        if self.measured.by != MeasuredBy.COHORTS:
            problems.append(Problem(f"{at}/measured/by", "Events are counted in cohorts."))
        if self.threshold < 0:
            problems.append(Problem(f"{at}/threshold", "This cannot be below zero."))
        if self.hurdle is not None:
            problems += self.hurdle.measured.check(f"{at}/hurdle/measured")
        return problems

    def compute(self, measurement: Measurement) -> Worth:
        """Work out the worth.

        Raises:
            MeasurementLacks: no cohort was counted.
        """
        effect = compute_effect(self.measured, measurement)
        if effect.value is None or effect.avoided is None:
            return pays_nothing(effect)
        if effect.value > 0 and self.hurdle is not None:
            hurdle = compute_effect(self.hurdle.measured, measurement)
            if hurdle.value is None:
                return pays_nothing(hurdle)
            passed = self.hurdle.edge.is_reached(hurdle.value, self.hurdle.at)
            facts = {"value": write_exact(hurdle.value), "needed": f"{self.hurdle.edge} {write_exact(self.hurdle.at)}"}
            steps = (*hurdle.steps, Step("hurdle", 0, {**facts, "is_met": passed}), *effect.steps)
            if not passed:
                return Worth(0, Reason.HURDLE_NOT_MET, steps)
            effect = Effect(effect.value, "", steps, effect.avoided)
        return self._pay_for(effect, effect.value or Fraction(0), effect.avoided or Fraction(0))

    def _pay_for(self, effect: Effect, value: Fraction, avoided: Fraction) -> Worth:
        needed = f"{self.edge} {write_exact(self.threshold)}"
        facts: dict[str, object] = {"effect": write_exact(value), "threshold": needed}
        if value > 0 and not self.edge.is_reached(value, self.threshold):
            return Worth(0, Reason.BELOW_THRESHOLD, (*effect.steps, Step("threshold", 0, facts)))
        facts |= {"avoided": write_exact(avoided), "price": self.price}
        return _pay("frequency_payment", effect, avoided * self.price, facts, downside_share=self.downside_share)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockFee:
    """A fee for a year, set right at its end by how many were served, less what has been paid.

    It asks for the figure "volume", and takes "paid_pence" and "deductions_pence" where they were measured.

    Attributes:
        fee: Pence for the year; paid in twelfths.
        volume: How many it is for.
        band: By what share the volume may differ either way before anything changes: 0.05.
        price: Pence for each one outside the band.
        most_change: The fee changes by no more than this, in pence; None without limit.
        is_clawed_back: Whether what was paid too much is owed back; else it stays where it is.

    Source: Transforming Rehabilitation as proposed in 2013: monthly fee in twelfths, reconciled to volumes.
    """

    fee: int
    volume: Decimal
    price: int
    band: Decimal = Decimal(0)
    most_change: int | None = None
    is_clawed_back: bool = True

    def check(self, at: str) -> list[Problem]:
        """List what cannot be meant."""
        problems = _check_price(self.price, at)
        if self.fee <= 0:
            problems.append(Problem(f"{at}/fee", "This has to be above zero."))
        if self.volume <= 0:
            problems.append(Problem(f"{at}/volume", "This has to be above zero."))
        if not 0 <= self.band < 1:
            problems.append(Problem(f"{at}/band", "This has to be a share from 0 to below 1."))
        if self.most_change is not None and self.most_change < 0:
            problems.append(Problem(f"{at}/most_change", "This cannot be below zero."))
        return problems

    def compute(self, measurement: Measurement) -> Worth:
        """Work out what is still due for the year, or owed back.

        Raises:
            MeasurementLacks: the volume was not measured.
        """
        volume = measurement.figure("volume")
        change = self._change_for(volume)
        paid, deductions = (
            round_half_up(Fraction(measurement.figures.get(name, Decimal(0))))
            for name in ("paid_pence", "deductions_pence")
        )
        fee = max(0, self.fee + change - deductions)
        steps = (
            Step("fee", self.fee, {"volume": write_exact(self.volume), "twelfth": self.fee // MONTHS}),
            Step(
                "volume",
                self.fee + change,
                {"served": write_exact(volume), "band": write_exact(self.band), "price": self.price, "change": change},
            ),
            Step("deductions", fee, {"deductions": deductions}),
        )
        return self._settle(fee - paid, paid, steps)

    def _change_for(self, volume: Fraction) -> int:
        expected, band = Fraction(self.volume), Fraction(self.band)
        outside = max(Fraction(0), volume - expected * (1 + band)) - max(Fraction(0), expected * (1 - band) - volume)
        change = round_half_up(outside * self.price)
        if self.most_change is None:
            return change
        return max(-self.most_change, min(self.most_change, change))

    def _settle(self, left: int, paid: int, steps: tuple[Step, ...]) -> Worth:
        amount = left if self.is_clawed_back else max(0, left)
        reason = "" if left > 0 else Reason.PAID_ALREADY
        if amount < 0:
            reason = Reason.CLAWBACK
        return Worth(amount, reason, (*steps, Step("paid_before", amount, {"paid": paid, "left": left})))


def split_fee(fee: int) -> list[int]:
    """Split a year's fee into its twelve monthly payments; odd pennies go to the first months.

    Args:
        fee: Pence for the year, zero or more.

    Source: Transforming Rehabilitation as proposed in 2013 (fee paid in twelfths).
    """
    return allocate(fee, [1] * MONTHS)


def _pay(name: str, effect: Effect, exact: Fraction, facts: dict[str, object], *, downside_share: Decimal) -> Worth:
    """Round what is due; what is below zero is owed by its share, or pays nothing."""
    if exact < 0:
        exact *= Fraction(downside_share)
        reason = Reason.DOWNSIDE if exact else Reason.WORSE
        facts = {**facts, "downside_share": write_exact(downside_share)}
    else:
        reason = Reason.NO_EFFECT
    amount = round_half_up(exact)
    return Worth(amount, "" if amount > 0 else reason, (*effect.steps, Step(name, amount, facts)))


def _check_price(price: int, at: str) -> list[Problem]:
    return [] if price > 0 else [Problem(f"{at}/price", "This has to be above zero.")]


def _check_share(share: Decimal, at: str) -> list[Problem]:
    return [] if 0 <= share <= 1 else [Problem(at, "This has to be a share from 0 to 1.")]
