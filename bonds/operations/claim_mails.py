"""Who is told of a claim by mail, in the transaction of the act: numbers and a link, never a person or a result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from bonds import states
from bonds.models import Claim, ClaimLine, LineMessage
from bonds.operations.telling import tell_officers
from bonds.queries.claims import count_by_state, sum_claim
from bonds.queries.officers import parties_holding
from bonds.queries.undoing import LinePlan, sum_by_payer
from core.money import format_pounds
from core.periods import legal_day
from people.models import Organisation

State = states.LineState


def tell_submitted(claim: Claim, *, at: datetime) -> None:
    """Tell the officers of the verifier that a claim waits for them, and until when."""
    facts = {"lines": sum_claim(claim).lines, "due_on": claim.response_due_on}
    for party in parties_holding(contract=claim.contract, roles=states.VERIFYING_ROLES, on=legal_day(at)):
        _tell(claim, party.organisation, "claim_submitted", key=claim.public_id, facts=facts, at=at)


def tell_queried(line: ClaimLine, message: LineMessage, *, at: datetime) -> None:
    """Tell the officers of the provider that the verifier has a question; what it is stands on the page only."""
    claim = line.claim
    tell_officers(
        _provider(claim),
        "line_queried",
        contract=claim.contract,
        page="line",
        parts=(line.public_id,),
        key=message.public_id,
        facts=_known(claim),
        at=at,
    )


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


def tell_taken_back(claim: Claim, plans: Sequence[LinePlan], *, at: datetime) -> None:
    """Tell the provider that accepted lines were taken back, and each payer what becomes of its part."""
    currency, payers = claim.contract.currency, sum_by_payer(plans)
    facts: dict[str, Any] = {"lines": len(plans)}
    # The same lines are not taken back twice, unless an adjudicator put them right in between.
    key = sha256("\n".join(f"{plan.result.pk}" for plan in plans).encode()).hexdigest()[:32]
    net = format_pounds(sum(plan.result.net_pence for plan in plans), currency)
    _tell(claim, _provider(claim), "lines_taken_back", key=key, facts=facts | {"amount": net}, at=at)
    for one in payers:
        amounts = {"unasked": one.unasked, "credited": one.credited, "set_off": one.set_off}
        said = {name: format_pounds(pence, currency) if pence else "" for name, pence in amounts.items()}
        _tell(
            claim,
            one.payer.organisation,
            "lines_taken_back",
            key=f"{key}:{one.payer.code}",
            facts=facts | said | {"is_payer": True},
            at=at,
        )


def _provider(claim: Claim) -> Organisation:
    return claim.provider.organisation


def _known(claim: Claim) -> dict[str, Any]:
    return {"number": claim.number, "provider": _provider(claim).name}


def _tell(
    claim: Claim, organisation: Organisation, template: str, *, key: str, facts: dict[str, Any], at: datetime
) -> None:
    tell_officers(
        organisation,
        template,
        contract=claim.contract,
        page="claim",
        parts=(claim.number,),
        key=key,
        facts=_known(claim) | facts,
        at=at,
    )
