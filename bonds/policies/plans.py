"""Who may see plans and make them: pure answers, without a query."""

from __future__ import annotations

from bonds.policies.standing import Standpoint, may_act_in_contract
from bonds.states import PAYER_ROLES, PartyRole
from foundation.access import Actor, Decision


def may_see_plans(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may see plans: each officer of the holder and of a payer; `overview.view_of` says which part."""
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, *sorted(PAYER_ROLES))


def may_make_plan(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may make the next plan: each officer of the holder and of the lead commissioner."""
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, PartyRole.LEAD_COMMISSIONER, is_held=True)
