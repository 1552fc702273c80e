"""How an amount is explained: the steps on its way, each with what it left and the figures behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from bonds.arithmetic.candidates import Candidate

# The word for what an earlier overpayment has paid already: it is not paid again, and still counts towards the caps.
SET_OFF: Final = "set_off"
_NO_FACTS: Final[Mapping[str, object]] = MappingProxyType({})


class Step(NamedTuple):
    """One step on the way to an amount.

    Attributes:
        name: Which step, as a lasting word: "tariff", "sliding_scale".
        amount: What it came to after the step, in pence; 0 while nothing is yet worth anything.
        facts: The figures behind it, by name: whole numbers, texts and lists of these, never floats, so that the same
            step is written the same way each time.
    """

    name: str
    amount: int
    facts: Mapping[str, object] = _NO_FACTS


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


class Reduction(NamedTuple):
    """An amount that is not paid, and why.

    Attributes:
        reason: A lasting word: "once_only", "person_cap", "evidence", "set_off".
        amount: Pence, zero or more; zero where something was worth nothing from the start.
        facts: The figures behind it.
    """

    reason: str
    amount: int
    facts: Mapping[str, object] = _NO_FACTS


class PayerPart(NamedTuple):
    """What one payer owes of a line.

    Attributes:
        payer: Code of the party.
        due: Its part of what the contract lets be paid.
        reductions: What is taken from its part alone: its own evidence, its own cap, an earlier overpayment.
        net: Pence to pay; below zero only where the investors' side owes the payer.
    """

    payer: str
    due: int
    reductions: tuple[Reduction, ...]
    net: int

    @property
    def settled(self) -> int:
        """What counts as paid by it: what it pays and what an earlier overpayment has paid already."""
        if not self.reductions:
            return self.net
        return self.net + sum(each.amount for each in self.reductions if each.reason == SET_OFF)


class Line(NamedTuple):
    """What one candidate comes to, with its whole path. `gross` is `net` and all reductions, the payers' included.

    Attributes:
        candidate: What may be paid for.
        version: The version of the terms that priced it; 0 where none was in force.
        ordinal: Running number of its first unit in the metric; 0 where it does not count.
        occurrence: Which of this person's payable units of the metric its first one is; 0 for a group or a refusal.
        units: Units that count: towards running numbers and once-only.
        counted: Those of them that no cap by number cut off.
        price: Pence of its first unit, without uplifts; 0 for a formula.
        gross: Pence that all its units would be worth with nothing in the way.
        reductions: What was cut from the whole, in order; what was cut from a payer's part stands there.
        shares: Each payer's part, the lead first; empty where nothing was left to divide.
        net: Pence to pay, the sum of the shares' net.
        steps: How it came to that, in order.
    """

    candidate: Candidate
    version: int
    ordinal: int
    occurrence: int
    units: int
    counted: int
    price: int
    gross: int
    reductions: tuple[Reduction, ...]
    shares: tuple[PayerPart, ...]
    net: int
    steps: tuple[Step, ...]

    @property
    def reason(self) -> str:
        """Why it pays nothing: what took most of it; empty where it pays."""
        if self.net:
            return ""
        found = [*self.reductions, *(cut for part in self.shares for cut in part.reductions)]
        return max(found, key=lambda cut: cut.amount).reason if found else ""

    @property
    def paid(self) -> dict[str, int]:
        """What counts as paid, by payer."""
        return {part.payer: part.settled for part in self.shares}
