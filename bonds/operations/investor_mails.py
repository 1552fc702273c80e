"""Who is told by mail that it is called on, or that it was paid, in the transaction of the act."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Sum

from bonds.models import CapitalCall, DistributionPayment, Party
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
    """Tell the officers of a party what it was paid, from which run, and for what."""
    due = payment.distribution
    contract = due.run.contract
    facts = {
        "number": due.run.number,
        "amount": format_pounds(payment.pence, contract.currency),
        "paid_on": payment.paid_on,
        "stage": due.get_stage_display(),
    }
    tell_officers(
        due.party.organisation,
        "distribution_paid",
        contract=contract,
        page="investors" if due.commitment_id else "contract",
        key=payment.public_id,
        facts=facts,
        at=at,
    )
