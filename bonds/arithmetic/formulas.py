"""What a measurement of a group is worth by a contract's formula, with every step named.

A formula is data: a kind, and the facts of that kind, which are the fields of its class and mean what stands there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol, cast

from bonds.arithmetic.lines import Worth
from bonds.arithmetic.measurements import Measurement
from bonds.arithmetic.scales import AllOrNothing, SlidingScale, StepTable, WeighedTargets
from bonds.arithmetic.shapes import Problem, read_shape
from bonds.arithmetic.terms import Formula
from bonds.arithmetic.volumes import BlockFee, Frequency, PerUnit, SavingShare
from core.errors import InvalidInput


class FormulaUnsound(InvalidInput):
    """A formula cannot be read; `facts["problems"]` lists every one by its place in the formula."""

    code = "bonds.formula_unsound"


class _Payout(Protocol):
    """What each kind can do."""

    def check(self, at: str) -> list[Problem]: ...

    def compute(self, measurement: Measurement) -> Worth: ...


KINDS: Final[Mapping[str, type]] = {
    "all_or_nothing": AllOrNothing,
    "block_fee": BlockFee,
    "frequency": Frequency,
    "per_unit": PerUnit,
    "saving_share": SavingShare,
    "sliding_scale": SlidingScale,
    "step_table": StepTable,
    "weighed_targets": WeighedTargets,
}
"""The kinds of formulas and the classes whose fields are their facts."""


def check_formula(formula: Formula) -> list[Problem]:
    """List everything in a formula that cannot be meant; places are within the formula: "/facts/steps/2/at"."""
    problems: list[Problem] = []
    _read(formula, problems)
    return problems


def compute_worth(formula: Formula, measurement: Measurement) -> Worth:
    """Work out what a measurement is worth by a formula.

    Args:
        formula: Sound, as `check_formula` says.
        measurement: With all that the formula asks for.

    Returns:
        Pence, how it came about step by step, and why where it pays nothing. Below zero only by a downside or a
        clawback that the formula has.

    Raises:
        FormulaUnsound: the formula has a problem.
        MeasurementLacks: the formula asks for something that was not measured.

    Source: the payment mechanisms of published outcome contracts, named with each kind.
    """
    problems: list[Problem] = []
    payout = _read(formula, problems)
    if payout is None or problems:
        listed = [problem.as_dict() for problem in problems]
        raise FormulaUnsound("The formula cannot be used.", formula=formula.code, problems=listed)
    return payout.compute(measurement)


def _read(formula: Formula, problems: list[Problem]) -> _Payout | None:
    kind = KINDS.get(formula.kind)
    if kind is None:
        problems.append(Problem("/kind", f"This has to be one of {', '.join(KINDS)}, not “{formula.kind}”."))
        return None
    payout = cast("_Payout | None", read_shape(kind, formula.facts, problems, at="/facts"))
    if payout is not None:
        problems += payout.check("/facts")
    return payout
