"""The claim as a document: every line with its whole path, so that a payer can follow each penny on paper."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from bonds.models import Claim, LineStateChange
from bonds.models.choices import CLAIM_STATES, LINE_STATES
from bonds.policies import Standpoint
from bonds.policies import claims as policies
from bonds.queries import claims as queries
from bonds.queries.contracts import roles_of
from bonds.queries.explaining import explain_line, get_claim
from bonds.queries.parties import parties_of
from bonds.states import ClaimState
from foundation import clock
from foundation.access import ALLOWED, Actor, Decision, refuse
from people.policies import NO_ROLE
from people.queries import organisations_of

CLAIM: Final = "outcome_claim"
SERIES: Final = "CLAIM"
SUBJECT_SEPARATOR: Final = "@"


def claim_subject(claim: Claim) -> str:
    """Name a statement of a claim: the claim, and how much had happened to its lines.

    Something that happens later makes another document; asking twice in between gives the same one.
    """
    moves = LineStateChange.objects.filter(line__claim=claim).count()
    return f"{claim.public_id}{SUBJECT_SEPARATOR}{moves}"


def claim_context(subject: str) -> dict[str, Any]:
    """Give what the statement of a claim says; people appear by pseudonym only.

    Args:
        subject: As `claim_subject` makes it.
    """
    claim = read_subject(subject)
    names = queries.names_of_metrics(claim.contract)
    words = {state: str(label) for state, label in LINE_STATES}
    lines = []
    for number, line in enumerate(queries.explained_lines(claim), start=1):
        why = explain_line(line, currency=claim.contract.currency)
        decision = queries.decided_at(line)
        lines.append(
            {
                "number": number,
                "line": line,
                "why": why,
                "called": names.get(line.event.metric, line.event.metric),
                "state": words[line.state],
                "decided_on": decision.at if decision else None,
            }
        )
    return {
        "claim": claim,
        "contract": claim.contract,
        "provider": claim.provider.organisation,
        "state": str(dict(CLAIM_STATES)[claim.state]),
        "sums": queries.sum_claim(claim),
        "payer_names": {one.code: one.organisation.name for one in parties_of(claim.contract)},
        "lines": lines,
    }


def may_download_claim(actor: Actor, document: Any) -> Decision:
    """Decide who may have the statement of a claim: the officers of every party that sees the claim."""
    claim = read_subject(document.subject)
    for organisation in organisations_of(actor):
        parts = roles_of(contract=claim.contract, organisation=organisation, on=clock.today())
        standpoint = Standpoint(organisation.public_id, *parts)
        is_own = organisation.pk == claim.provider.organisation_id
        is_seen = is_own or (policies.sees_every_claim(standpoint) and claim.state != ClaimState.DRAFT.value)
        if is_seen and policies.may_see_claims(actor, standpoint):
            return ALLOWED
    return refuse(_("There is no such document."), NO_ROLE)


def name_file(document: Any) -> str:
    """Name the file after contract and claim."""
    claim = read_subject(document.subject)
    return f"{document.reference}-{claim.contract.reference}-{claim.number}.pdf"


def read_subject(subject: str) -> Claim:
    """Read whose statement it is.

    Raises:
        ClaimMissing: there is no such claim.
    """
    return get_claim(reference=subject.partition(SUBJECT_SEPARATOR)[0])
