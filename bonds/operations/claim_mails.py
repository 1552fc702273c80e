"""Who is told of a claim by mail, in the transaction of the act: numbers and a link, never a person or a result."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from bonds import states
from bonds.models import Claim, ClaimLine, LineMessage
from bonds.queries.claims import count_by_state, sum_claim
from bonds.queries.officers import officers_to_tell, parties_holding
from core.money import format_pounds
from core.periods import legal_day
from foundation.mail import queue_mail
from people.models import Organisation

State = states.LineState


def tell_submitted(claim: Claim, *, at: datetime) -> None:
    """Tell the officers of the verifier that a claim waits for them, and until when."""
    facts = {"lines": sum_claim(claim).lines, "due_on": claim.response_due_on}
    for party in parties_holding(contract=claim.contract, roles=states.VERIFYING_ROLES, on=legal_day(at)):
        _tell(claim, party.organisation, "claim_submitted", key=claim.public_id, facts=facts, at=at)


def tell_queried(line: ClaimLine, message: LineMessage, *, at: datetime) -> None:
    """Tell the officers of the provider that the verifier has a question; what it is stands on the page only."""
    path = reverse("bonds:line", args=[_provider(line.claim).slug, line.claim.contract.reference, line.public_id])
    facts = {"url": f"{settings.PUBLIC_BASE_URL}{path}"}
    _tell(line.claim, _provider(line.claim), "line_queried", key=message.public_id, facts=facts, at=at)


def tell_if_decided(claim: Claim, *, at: datetime) -> None:
    """Tell the officers of the provider what came of a claim once every line has been decided: one mail a claim."""
    if claim.state != states.ClaimState.DECIDED.value:
        return
    counts = count_by_state(claim)
    facts = {
        "accepted": sum(counts.get(state.value, 0) for state in states.ACCEPTED_STATES),
        "rejected": counts.get(State.REJECTED.value, 0),
        "net": format_pounds(sum_claim(claim).net, claim.contract.currency),
    }
    _tell(claim, _provider(claim), "claim_decided", key=claim.public_id, facts=facts, at=at)


def _provider(claim: Claim) -> Organisation:
    return claim.provider.organisation


def _tell(
    claim: Claim, organisation: Organisation, template: str, *, key: str, facts: dict[str, Any], at: datetime
) -> None:
    contract = claim.contract
    path = reverse("bonds:claim", args=[organisation.slug, contract.reference, claim.number])
    known = {
        "contract": contract.name,
        "number": claim.number,
        "provider": _provider(claim).name,
        "url": f"{settings.PUBLIC_BASE_URL}{path}",
    }
    for user in officers_to_tell(organisation):
        person = getattr(user, "person", None)
        queue_mail(
            to=user.email,
            template=f"bonds/mail/{template}",
            context=known | facts | {"given_name": person.given_name if person else ""},
            key=f"bonds:{template}:{key}:{user.public_id}",
            at=at,
            language=person.language if person else "en-gb",
            organisation=organisation.public_id,
        )
