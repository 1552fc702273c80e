"""Whose interest has tax withheld from it on a day, at which rate, and what of the tax was paid over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Sum

from bonds.arithmetic.tranches import StageKind
from bonds.arithmetic.withholding import BasicRate, TaxMove, TaxPeriod, find_basic_rate, list_periods
from bonds.models import (
    Distribution,
    DistributionPayment,
    InvestorCommitment,
    OutcomesContract,
    Party,
    TaxPayment,
    WithholdingRule,
)

TAX_PURPOSE = "bonds.tax_withheld"


@dataclass(frozen=True, slots=True)
class InvestorTax:
    """How one investor's interest is taxed.

    Attributes:
        party: The investor.
        rule: What holds on the day; None where nothing was ever recorded.
        rate: Withheld on that day, in hundredths of a percent; 0 for none.
        next: What was recorded for a later day, the earliest first.
    """

    party: Party
    rule: WithholdingRule | None
    rate: int
    next: tuple[WithholdingRule, ...]


@dataclass(frozen=True, slots=True)
class TaxStanding:
    """The tax of a contract's investors on a day, in pence.

    Attributes:
        basic: The rate of the day, with its source.
        investors: Each with its rule, by short name.
        periods: Those in which tax was withheld.
        withheld: In all.
        paid: Paid over, in all.
    """

    basic: BasicRate
    investors: tuple[InvestorTax, ...]
    periods: Sequence[TaxPeriod]
    withheld: int
    paid: int

    @property
    def open(self) -> int:
        """Withheld and not paid over."""
        return self.withheld - self.paid


def find_rates(contract: OutcomesContract, *, on: date) -> dict[int, int]:
    """Find at which rate tax is withheld from interest, by row number of the investor; those without are left out.

    Args:
        contract: Whose investors.
        on: The day of a payment.
    """
    found: dict[int, WithholdingRule] = {}
    for rule in WithholdingRule.objects.filter(party__contract=contract, from_on__lte=on).order_by("from_on", "pk"):
        found[rule.party_id] = rule
    return {party: _rate_of(rule, on) for party, rule in found.items() if rule.is_withheld}


def rate_for(due: Distribution, *, on: date) -> int:
    """Find at which rate tax is withheld from a payment, in hundredths of a percent; 0 for all but investors' interest.

    Args:
        due: With its run's contract.
        on: The day of the payment.
    """
    if due.stage != StageKind.INTEREST.value or due.commitment_id is None:
        return 0
    return find_rates(due.run.contract, on=on).get(due.party_id, 0)


def find_tax_standing(contract: OutcomesContract, *, on: date) -> TaxStanding:
    """Give how investors are taxed, what was withheld, and what was paid over.

    Args:
        contract: Whose.
        on: The day.
    """
    mine = InvestorCommitment.objects.filter(contract=contract).values("party")
    parties = Party.objects.filter(pk__in=mine).select_related("organisation").order_by("code")
    rules: dict[int, list[WithholdingRule]] = {}
    for rule in WithholdingRule.objects.filter(party__contract=contract).order_by("from_on", "pk"):
        rules.setdefault(rule.party_id, []).append(rule)
    moves, paid = _list_withheld(contract), sum_paid_over(contract)
    return TaxStanding(
        basic=find_basic_rate(on),
        investors=tuple(_investor(party, rules.get(party.pk, []), on) for party in parties),
        periods=list_periods(moves, paid=paid),
        withheld=sum(one.tax for one in moves),
        paid=paid,
    )


def sum_paid_over(contract: OutcomesContract) -> int:
    """Pence of tax that were paid over and not undone."""
    return TaxPayment.objects.standing().filter(contract=contract).aggregate(sum=Sum("pence"))["sum"] or 0


def open_tax(contract: OutcomesContract) -> int:
    """Pence of tax that were withheld and not paid over."""
    return sum(one.tax for one in _list_withheld(contract)) - sum_paid_over(contract)


def last_interest_on(party: Party) -> date | None:
    """The last day on which an investor was paid interest that was not undone."""
    paid = DistributionPayment.objects.standing().filter(
        distribution__party=party, distribution__stage=StageKind.INTEREST.value
    )
    found: date | None = paid.aggregate(on=Max("paid_on"))["on"]
    return found


def _list_withheld(contract: OutcomesContract) -> list[TaxMove]:
    paid = DistributionPayment.objects.standing().filter(distribution__run__contract=contract, tax_pence__gt=0)
    return [TaxMove(*row) for row in paid.order_by("pk").values_list("paid_on", "pence", "tax_pence")]


def _investor(party: Party, rules: list[WithholdingRule], on: date) -> InvestorTax:
    rule = next((one for one in reversed(rules) if one.from_on <= on), None)
    rate = _rate_of(rule, on) if rule is not None and rule.is_withheld else 0
    return InvestorTax(party, rule, rate, tuple(one for one in rules if one.from_on > on))


def _rate_of(rule: WithholdingRule, on: date) -> int:
    return find_basic_rate(on).rate if rule.rate is None else rule.rate
