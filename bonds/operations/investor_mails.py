"""Who is told by mail that it is called on, or that it was paid, in the transaction of the act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.urls import reverse

from bonds.models import CapitalCall, DistributionPayment, OutcomesContract, Party
from bonds.queries.officers import officers_to_tell
from core.money import format_pounds
from foundation.mail import queue_mail


def tell_called(call: CapitalCall, *, at: datetime) -> None:
    """Tell the officers of each investor how much is wanted of it, for what, and by which day."""
    contract = call.contract
    asked = call.parts.values("commitment__party").annotate(pence=Sum("pence")).order_by("commitment__party")
    wanted = {row["commitment__party"]: row["pence"] for row in asked}
    for party in Party.objects.filter(pk__in=wanted).select_related("organisation").order_by("code"):
        path = reverse("bonds:capital-call", args=[party.organisation.slug, contract.reference, call.number])
        facts = {
            "number": call.number,
            "amount": format_pounds(wanted[party.pk], contract.currency),
            "due_on": call.due_on,
            "reason": call.reason,
        }
        _tell(contract, party, "capital_called", path=path, key=call.public_id, facts=facts, at=at)


def tell_paid(payment: DistributionPayment, *, at: datetime) -> None:
    """Tell the officers of a party what it was paid, from which run, and for what."""
    due = payment.distribution
    contract = due.run.contract
    name = "investors" if due.commitment_id else "contract"
    path = reverse(f"bonds:{name}", args=[due.party.organisation.slug, contract.reference])
    facts = {
        "number": due.run.number,
        "amount": format_pounds(payment.pence, contract.currency),
        "paid_on": payment.paid_on,
        "stage": due.get_stage_display(),
    }
    _tell(contract, due.party, "distribution_paid", path=path, key=payment.public_id, facts=facts, at=at)


def _tell(
    contract: OutcomesContract,
    party: Party,
    template: str,
    *,
    path: str,
    key: str,
    facts: dict[str, Any],
    at: datetime,
) -> None:
    url = f"{settings.PUBLIC_BASE_URL}{path}"
    known = {"contract": contract.name, "holder": contract.organisation.name, "url": url}
    for user in officers_to_tell(party.organisation):
        person = getattr(user, "person", None)
        queue_mail(
            to=user.email,
            template=f"bonds/mail/{template}",
            context=known | facts | {"given_name": person.given_name if person else ""},
            key=f"bonds:{template}:{key}:{user.public_id}",
            at=at,
            language=person.language if person else "en-gb",
            organisation=party.organisation.public_id,
        )
