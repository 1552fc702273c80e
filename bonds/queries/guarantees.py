"""What guarantors owe and paid, and what of it went on to the investors."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from bonds.models import GuaranteeCall, GuaranteeMoney, OutcomesContract
from core.errors import NotFound


class GuaranteeMissing(NotFound):
    """Nobody guarantees such a thing."""

    code = "bonds.no_guarantee_owed"


@dataclass(frozen=True, slots=True)
class GuaranteeStanding:
    """One call with what came of it, in pence."""

    call: GuaranteeCall
    received: int
    passed_on: int

    @property
    def open(self) -> int:
        """What the guarantor still owes."""
        return self.call.pence - self.received

    @property
    def held(self) -> int:
        """What the guarantor paid and the investor has not got yet."""
        return self.received - self.passed_on


def list_guarantees(contract: OutcomesContract) -> list[GuaranteeStanding]:
    """The calls on guarantors by runs that stand, in their order."""
    standing = Q(money__undoes=None, money__undone_by=None)
    rows = GuaranteeCall.objects.filter(run__contract=contract, run__withdrawal=None)
    related = ("run__round", "guarantor__organisation", "commitment__party__organisation")
    annotated = rows.select_related(*related).annotate(
        received=Sum("money__pence", filter=standing & Q(money__is_receipt=True), default=0),
        passed_on=Sum("money__pence", filter=standing & Q(money__is_receipt=False), default=0),
    )
    return [GuaranteeStanding(one, one.received, one.passed_on) for one in annotated.order_by("run__number", "place")]


def get_guarantee(*, public_id: str) -> GuaranteeCall:
    """Return what a guarantor owes, with its run and contract.

    Raises:
        GuaranteeMissing: there is no such thing.
    """
    related = (
        "run__contract__organisation",
        "run__round",
        "guarantor__organisation",
        "commitment__party__organisation",
    )
    found = GuaranteeCall.objects.select_related(*related).filter(public_id=public_id).first()
    if found is None:
        raise GuaranteeMissing(_("Nobody guarantees this."), guarantee=public_id)
    return found


def standing_of(call: GuaranteeCall) -> GuaranteeStanding:
    """One call with what came of it."""
    money = GuaranteeMoney.objects.standing().filter(call=call)
    sums = money.aggregate(
        received=Sum("pence", filter=Q(is_receipt=True), default=0),
        passed_on=Sum("pence", filter=Q(is_receipt=False), default=0),
    )
    return GuaranteeStanding(call, sums["received"], sums["passed_on"])


def sum_guaranteed(contract: OutcomesContract) -> dict[str, int]:
    """What each guarantor was asked for by runs that stand, in pence, by code."""
    rows = GuaranteeCall.objects.filter(run__contract=contract, run__withdrawal=None)
    return dict(rows.values_list("guarantor__code").annotate(sum=Sum("pence")).order_by())
