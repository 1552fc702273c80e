"""Who is told by mail that it is called on, or that it was paid, in the transaction of the act."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Sum

from bonds.arithmetic.withholding import find_basic_rate
from bonds.models import CapitalCall, Distribution, DistributionPayment, Party, WithholdingRule
from bonds.operations.telling import tell_officers
from core.money import format_pounds


def tell_called(call: CapitalCall, *, at: datetime) -> None:
    """Tell the officers of each investor how much is wanted of it, for what, and by which day."""
    contract = call.contract
    asked = call.parts.values("commitment__party").annotate(pence=Sum("pence")).order_by("commitment__party")
    wanted = {row["commitment__party"]: row["pence"] for row in asked}
    for party in Party.objects.filter(pk__in=wanted).select_related("organisation").order_by("code"):
        facts = {
            "number": call.number,
            "amount": format_pounds(wanted[party.pk], contract.currency),
            "due_on": call.due_on,
            "reason": call.reason,
        }
        tell_officers(
            party.organisation,
            "capital_called",
            contract=contract,
            page="capital-call",
            parts=(call.number,),
            key=call.public_id,
            facts=facts,
            at=at,
        )


def tell_paid(payment: DistributionPayment, *, at: datetime) -> None:
    """Tell the officers of a party what it was paid, from which run, for what, and what tax was withheld."""
    currency = payment.distribution.run.contract.currency
    facts = {
        "gross": format_pounds(payment.pence, currency),
        "tax": format_pounds(payment.tax_pence, currency) if payment.tax_pence else "",
    }
    _tell_of_payment(payment, "distribution_paid", facts, at=at)


def tell_payment_undone(payment: DistributionPayment, *, reason: str, at: datetime) -> None:
    """Tell the officers of a party that a payment to it was undone, and why.

    Args:
        payment: What undoes it.
        reason: As the treasurer wrote it.
        at: Now.
    """
    _tell_of_payment(payment, "distribution_undone", {"reason": reason}, at=at)


def tell_withholding(rule: WithholdingRule, *, at: datetime) -> None:
    """Tell the officers of an investor whether tax is withheld from its interest, from which day, and why."""
    rate = find_basic_rate(rule.from_on).rate if rule.rate is None else rule.rate
    tell_officers(
        rule.party.organisation,
        "withholding_recorded",
        contract=rule.party.contract,
        page="investors",
        key=rule.public_id,
        facts={
            "from_on": rule.from_on,
            "is_withheld": rule.is_withheld,
            "rate": rate,
            "reason": rule.reason,
        },
        at=at,
    )


def _tell_of_payment(payment: DistributionPayment, template: str, more: dict[str, str], *, at: datetime) -> None:
    due: Distribution = payment.distribution
    contract = due.run.contract
    facts = {
        "number": due.run.number,
        "amount": format_pounds(payment.pence - payment.tax_pence, contract.currency),
        "paid_on": payment.paid_on,
        "stage": due.get_stage_display(),
        **more,
    }
    tell_officers(
        due.party.organisation,
        template,
        contract=contract,
        page="investors" if due.commitment_id else "contract",
        key=payment.public_id,
        facts=facts,
        at=at,
    )
