"""Who may see what a version that reaches back changes, and who may carry it out: pure answers, without a query."""

from __future__ import annotations

from typing import Final

from bonds.policies.claims import SEES_EVERY_CLAIM
from bonds.policies.standing import Standpoint, may_act_in_contract
from bonds.states import PartyRole
from foundation.access import Actor, Decision
from people.models import Role

KEEPERS: Final = (Role.TREASURER, Role.DIRECTOR)


def may_see_adjustments(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may see which lines change, and by how much: officers of payers, holder and verifier."""
    return may_act_in_contract(actor, standpoint, *SEES_EVERY_CLAIM)


def may_adjust(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may have lines worked out again: treasurer and directors of the contract holder."""
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, officers=KEEPERS, is_held=True)
