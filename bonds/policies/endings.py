"""Who may end a tranche or a deal, and who moves guarantors' money: pure answers, without a query."""

from __future__ import annotations

from typing import Final

from bonds.policies.standing import Standpoint, may_act_in_contract
from bonds.states import PartyRole
from foundation.access import Actor, Decision
from people.models import Role

KEEPERS: Final = (Role.TREASURER, Role.DIRECTOR)


def may_see_endings(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may see that something was ended, and guarantees: every officer of a party.

    Which guarantees, says `sees_every_guarantee`.
    """
    return may_act_in_contract(actor, standpoint)


def sees_every_guarantee(actor: Actor, standpoint: Standpoint) -> bool:
    """Whether an actor sees all guarantees; otherwise those that the own organisation gives or gets."""
    return bool(may_act_in_contract(actor, standpoint, PartyRole.HOLDER, officers=KEEPERS))


def sees_runs(actor: Actor, standpoint: Standpoint) -> bool:
    """Whether an actor sees how cash went out when something ended: the holder's keepers, and every investor."""
    is_investor = bool(may_act_in_contract(actor, standpoint, PartyRole.INVESTOR))
    return is_investor or sees_every_guarantee(actor, standpoint)


def may_end(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may end a tranche early and wind the deal up: the holder's treasurer and directors."""
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, officers=KEEPERS, is_held=True)


def may_move_guarantees(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may write down what guarantors paid and what went on: the holder's treasurer, as all money."""
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, officers=(Role.TREASURER,), is_held=True)
