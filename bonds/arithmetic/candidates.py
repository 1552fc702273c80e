"""Something that may be paid for, with all that the terms ask about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bonds.arithmetic.lines import Worth

EVERYBODY: Final = frozenset[str]()
COMPLETE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})


@dataclass(slots=True, kw_only=True)
class Candidate:
    """Something that may be paid for. It is read by the engine and never changed there.

    Attributes:
        id: The order within a run is (achieved_on, id).
        metric: Its code.
        achieved_on: Chooses the version, the tariff and, for most caps, the period.
        claimed_on: For caps by claim.
        provider: Code of the party that claims; it changes no amount.
        person: Pseudonym; empty for a group, whose units nobody can tell apart.
        cohort: Code; empty outside of cohorts.
        quantity: Units, 1 or more: one person, or a number of days.
        subgroups: Codes of the groups that it belongs to.
        age_at_start: Whole years; None if not known.
        started_on: First day with a provider under the contract; None if not known or for a group.
        clock_started_on: The last valid start of the ladder's clock on or before `achieved_on`; a restart counts.
        rungs: Metrics that this person achieved before, beside those that the standing knows.
        evidence: What is missing by payer, in codes; under "" what is missing for all. Nothing: all is there.
        worth: For `Measure.FORMULA`: what its formula gave.
    """

    id: int
    metric: str
    achieved_on: date
    claimed_on: date
    provider: str
    person: str = ""
    cohort: str = ""
    quantity: int = 1
    subgroups: frozenset[str] = EVERYBODY
    age_at_start: int | None = None
    started_on: date | None = None
    clock_started_on: date | None = None
    rungs: frozenset[str] = EVERYBODY
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: COMPLETE)
    worth: Worth | None = None

    @property
    def owner(self) -> str:
        """Whose it is, for results that are paid once: a person's, or a measured cohort's; empty where nobody's."""
        if self.person or self.worth is None or not self.cohort:
            return self.person
        return f"cohort {self.cohort}"
