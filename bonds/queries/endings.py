"""What was ended under a contract, in words: runs with their steps, guarantees, and what may be ended today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bonds.arithmetic.positions import MovementKind
from bonds.arithmetic.tranches import InvestorTerms
from bonds.models import CommitmentChange, OutcomesContract, WaterfallRun
from bonds.queries.guarantees import GuaranteeStanding, list_guarantees
from bonds.queries.investors import compute_standing, find_investor_terms
from bonds.queries.run_words import name_stage, say_stage
from bonds.states import RunKind
from core.money import format_pounds
from people.models import Organisation

Steps = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class SaidStep:
    """A step of a run in words, with what was left after it."""

    name: str
    words: str
    left: str


@dataclass(frozen=True, slots=True)
class DealEnd:
    """Whether the investors' side of a contract is over, and by what.

    Attributes:
        is_wound_up: Its last run was made and stands; what that run says is still paid.
        is_written_off: What was not repaid is written off; nothing moves any more.
    """

    is_wound_up: bool
    is_written_off: bool

    @property
    def is_over(self) -> bool:
        """Whether nobody is called on, and cash is not shared out any more."""
        return self.is_wound_up or self.is_written_off


def find_end(contract: OutcomesContract) -> DealEnd:
    """Find whether the investors' side of a contract is over."""
    lost = CommitmentChange.objects.filter(commitment__contract=contract, kind=MovementKind.WRITTEN_OFF.value)
    final = WaterfallRun.objects.filter(contract=contract, kind=RunKind.FINAL.value, withdrawal=None)
    return DealEnd(is_wound_up=final.exists(), is_written_off=lost.filter(run=None).exists())


def say_steps(steps: Steps, *, terms: InvestorTerms) -> list[SaidStep]:
    """Say the steps of a run, kept or only worked out.

    Args:
        steps: As a run keeps them.
        terms: Of the investors, for names and currency.
    """
    names = {tranche.code: tranche.name for tranche in terms.tranches}
    return [
        SaidStep(
            name_stage(step, tranches=names),
            say_stage(step, currency=terms.currency, tranches=names),
            format_pounds(step["amount"], terms.currency),
        )
        for step in steps
    ]


def endings_of(contract: OutcomesContract) -> list[tuple[WaterfallRun, list[SaidStep]]]:
    """The runs that ended a tranche or the deal, newest first, each with its steps in words."""
    terms = find_investor_terms(contract)
    runs = WaterfallRun.objects.filter(contract=contract).exclude(kind=RunKind.REGULAR.value)
    found = list(runs.select_related("withdrawal").order_by("-number"))
    return [(run, say_steps(run.steps, terms=terms)) for run in found] if terms else []


def guarantees_for(contract: OutcomesContract, *, organisation: Organisation | None) -> list[GuaranteeStanding]:
    """The guarantees of a contract; of one organisation those that it gives or gets.

    Args:
        contract: Whose.
        organisation: Guarantor or investor; None for all.
    """
    rows = list_guarantees(contract)
    if organisation is None:
        return rows
    return [
        one
        for one in rows
        if organisation.pk in {one.call.guarantor.organisation_id, one.call.commitment.party.organisation_id}
    ]


def tranches_to_end(contract: OutcomesContract, *, on: date) -> list[tuple[str, str, str]]:
    """The tranches whose terms allow to end them on a day: code, name, and the part that is returned, as "75 %"."""
    terms = find_investor_terms(contract)
    if terms is None:
        return []
    standing = compute_standing(contract, terms, on=on)
    lent = {one.tranche.code for one in standing if one.principal and not one.tranche.is_recycled}
    return [
        (tranche.code, tranche.name, _percent(one.percent))
        for tranche in terms.tranches
        if tranche.code in lent
        for one in [each for each in tranche.redemptions if each.period.holds(on)][:1]
    ]


def _percent(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") + " %" if rest else f"{whole} %"
