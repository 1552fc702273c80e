"""Who may end a service and close a contract: pure answers, without a query."""

from __future__ import annotations

from bonds.policies.adjusting import KEEPERS
from bonds.policies.contracts import may_see_contract, may_write_contract
from bonds.policies.standing import Standpoint, may_act_in_contract
from bonds.states import PartyRole
from foundation.access import Actor, Decision


def may_see_closing(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may see when a contract ends: each officer of a party."""
    return may_see_contract(actor, standpoint)


def may_see_obstacles(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may see what is still owed and undecided: officers of the contract holder."""
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER)


def may_begin_run_off(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may note that the service is over: those who write the contract."""
    return may_write_contract(actor, standpoint)


def may_close(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may close a contract: treasurer and directors of its holder."""
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, officers=KEEPERS, is_held=True)
