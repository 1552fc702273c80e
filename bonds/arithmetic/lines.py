"""How an amount is explained: the steps on its way, each with what it left and the figures behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way to an amount.

    Attributes:
        name: Which step, as a lasting word: "tariff", "sliding_scale".
        amount: What it came to after the step, in pence; 0 while nothing is yet worth anything.
        facts: The figures behind it, by name: whole numbers, texts and lists of these, never floats, so that the same
            step is written the same way each time.
    """

    name: str
    amount: int
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Worth:
    """What a measurement of a group is worth by a formula.

    Attributes:
        amount: Pence; below zero only where a downside share makes the investors' side owe it.
        reason: Why it pays nothing or is owed, as a lasting word; empty where it pays.
        steps: How it came to that, in order.
    """

    amount: int
    reason: str = ""
    steps: tuple[Step, ...] = ()
