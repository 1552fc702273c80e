"""The plans of a contract as INDIGO data: each repeats what had happened when it was made, and expects the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from bonds.arithmetic.indigo import IndigoPayment, IndigoPlan, PaymentType
from bonds.arithmetic.indigo_cells import Status
from bonds.models import OutcomesContract, PaymentPlan, PlanPart
from bonds.queries.plans import periods_of_plan

MOST_ROWS: Final = 15_000
"""A file takes 20,000 payments, made ones too: where plans would fill it, the first and the newest are told."""
_FIRST: Final = 1
"""The standard's plans number from 1; ours from 0."""


def with_planners(contract: OutcomesContract) -> Q:
    """The parties that a plan expects something of."""
    return Q(pk__in=PlanPart.objects.filter(_told(), row__plan__contract=contract).values("payer"))


def list_plans(contract: OutcomesContract) -> Iterator[IndigoPlan]:
    """The plans of a contract that the file tells, the first one first."""
    for plan in _fitting(contract):
        yield IndigoPlan(
            id=_ident(plan), from_on=plan.from_on, until_on=plan.until_on, notes=plan.reason, status=Status.PRIVATE
        )


def list_planned(
    contract: OutcomesContract, *, metrics: Mapping[str, str], identifiers: Mapping[str, str], recipient: str
) -> Iterator[IndigoPayment]:
    """What each plan says of each period, result and payer.

    A period in which more was taken back than accepted is left out: no payment is below zero.

    Args:
        contract: Whose plans.
        metrics: Id of each result by its code.
        identifiers: Id of each payer by its code.
        recipient: Id of the contract holder; may be empty.

    Source: INDIGO data standard, "Outcome Payments": the next plan repeats past actuals and plans the rest again.
    """
    for plan in _fitting(contract):
        edges = periods_of_plan(plan).edges
        until = dict(pairwise(edges))
        parts = PlanPart.objects.filter(_told(), row__plan=plan).values_list(
            "row__period_on", "row__metric", "payer__code", "row__is_actual", "pence"
        )
        for from_on, metric, payer, is_actual, pence in parts.order_by("row__period_on", "row__metric", "payer__code"):
            yield IndigoPayment(
                metric=metrics[metric],
                from_on=from_on,
                until_on=until[from_on],
                payer=identifiers[payer],
                recipient=recipient,
                type=PaymentType.ACTUAL if is_actual else PaymentType.PLANNED,
                plan=_ident(plan),
                currency=contract.currency,
                amount=pence,
                notes=_("Accepted in this period, as it was known when the plan was made.") if is_actual else "",
                status=Status.PRIVATE,
            )


def _fitting(contract: OutcomesContract) -> list[PaymentPlan]:
    told = Count("rows__parts", filter=Q(rows__parts__pence__gt=0))
    plans = list(PaymentPlan.objects.filter(contract=contract).annotate(told=told).order_by("number"))
    room = MOST_ROWS - sum(plan.told for plan in plans[:1])
    kept: list[PaymentPlan] = []
    for plan in reversed(plans[1:]):
        room -= plan.told
        if room < 0:
            break
        kept.append(plan)
    return [*plans[:1], *reversed(kept)]


def _told() -> Q:
    return Q(pence__gt=0)


def _ident(plan: PaymentPlan) -> str:
    return f"plan{plan.number + _FIRST}"
