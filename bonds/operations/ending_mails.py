"""Who is told by mail that something ended: officers of investors and guarantors, with a link and no figure."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from bonds.models import GuaranteeCall, InvestorCommitment, Party, WaterfallRun
from bonds.queries.officers import officers_to_tell
from bonds.states import RunKind
from foundation.mail import queue_mail


def tell_ended(run: WaterfallRun, *, at: datetime) -> None:
    """Tell every investor that a tranche or the deal was ended, and every guarantor that it is asked to pay."""
    commitments = InvestorCommitment.objects.filter(contract=run.contract)
    calls = GuaranteeCall.objects.filter(run=run)
    for template, ids in (
        ("deal_ended", set(commitments.values_list("party_id", flat=True))),
        ("guarantee_called", set(calls.values_list("guarantor_id", flat=True))),
    ):
        for party in Party.objects.filter(pk__in=ids).select_related("organisation").order_by("code"):
            _tell(run, party, template, at=at)


def _tell(run: WaterfallRun, party: Party, template: str, *, at: datetime) -> None:
    contract, organisation = run.contract, party.organisation
    path = reverse("bonds:endings", args=[organisation.slug, contract.reference])
    facts = {
        "contract": contract.name,
        "holder": contract.organisation.name,
        "is_final": run.kind == RunKind.FINAL.value,
        "url": f"{settings.PUBLIC_BASE_URL}{path}",
    }
    for user in officers_to_tell(organisation):
        person = getattr(user, "person", None)
        queue_mail(
            to=user.email,
            template=f"bonds/mail/{template}",
            context=facts | {"given_name": person.given_name if person else ""},
            key=f"bonds:{template}:{run.public_id}:{user.public_id}",
            at=at,
            language=person.language if person else "en-gb",
            organisation=organisation.public_id,
        )
