"""Who may see claims, make them, decide them and see what shows a result: pure answers, without a query."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from bonds import states
from bonds.policies.standing import OTHER_PARTY, Standpoint, may_act_in_contract
from bonds.states import PartyRole
from foundation.access import Actor, Decision, refuse

# Payers, the holder and the verifier see every claim that was submitted; a provider sees its own.
SEES_EVERY_CLAIM: Final = (*sorted(states.PAYER_ROLES), PartyRole.HOLDER, PartyRole.VERIFIER)


def may_see_claims(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may see claims: officers of payers, holder, verifier and providers; never investors.

    Which claims, says `sees_every_claim`.
    """
    return may_act_in_contract(actor, standpoint, *SEES_EVERY_CLAIM, PartyRole.PROVIDER)


def sees_every_claim(standpoint: Standpoint) -> bool:
    """Whether an organisation sees the submitted claims of all providers; otherwise it sees its own only."""
    return bool(standpoint.roles & {role.value for role in SEES_EVERY_CLAIM})


def may_claim(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may put claims together, submit them, answer and withdraw: each officer of a provider."""
    return may_act_in_contract(actor, standpoint, PartyRole.PROVIDER)


def may_verify(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may look at lines, query, accept and reject: each officer of whoever verifies today."""
    return may_act_in_contract(actor, standpoint, PartyRole.VERIFIER, is_held=True)


def may_see_evidence(actor: Actor, standpoint: Standpoint, *, claimant: str) -> Decision:
    """Whether an actor may see files, form numbers, questions and answers: the verifier and the claiming provider.

    Args:
        actor: Who asks.
        standpoint: For which organisation.
        claimant: Public id of the organisation whose line it is.
    """
    if standpoint.organisation == claimant:
        return may_act_in_contract(actor, standpoint)
    decision = may_act_in_contract(actor, standpoint, PartyRole.VERIFIER)
    if decision.code == OTHER_PARTY:
        return refuse(_("What shows a result is seen by the verifier and by whoever claims it."), OTHER_PARTY)
    return decision
