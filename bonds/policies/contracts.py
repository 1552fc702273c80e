"""Who may see, open, write and sign contracts: pure answers on an actor and a standpoint, without a query."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from bonds import states
from bonds.policies.standing import Standpoint, may_act_in_contract
from bonds.states import PartyRole
from foundation.access import Actor, Decision, refuse
from people.models import Organisation, Role
from people.policies import SESSION_REQUIRED, may_act_as

WRITERS: Final = (Role.SECRETARY, Role.DIRECTOR)
WRITING_PARTIES: Final = (PartyRole.HOLDER, PartyRole.LEAD_COMMISSIONER)


def may_list_contracts(actor: Actor, organisation: Organisation | str) -> Decision:
    """Whether an actor may see in which contracts an organisation has a part: each of its officers."""
    return may_act_as(actor, organisation)


def may_open_contract(actor: Actor, organisation: Organisation | str) -> Decision:
    """Whether an actor may open a contract that an organisation will hold: its secretary and its directors."""
    return may_act_as(actor, organisation, *WRITERS)


def may_see_contract(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may read a contract, its drafts and its parties: each officer of a party."""
    return may_act_in_contract(actor, standpoint)


def may_write_contract(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may write terms and parties, propose them, take them back, vary and withdraw.

    Secretary and directors of the contract holder and of the lead commissioner, as long as they are that.
    """
    return may_act_in_contract(actor, standpoint, *WRITING_PARTIES, officers=WRITERS, is_held=True)


def may_sign(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may sign for an organisation: a director of a party that signs, in person and never by key.

    Whether this version asks for its signature is the operation's to say.
    """
    if actor.scopes is not None and actor.roles_in(standpoint.organisation):
        return refuse(_("A contract is signed by a person who is signed in, not by a key."), SESSION_REQUIRED)
    signers = sorted(states.SIGNING_ROLES | {PartyRole.INVESTOR})
    return may_act_in_contract(actor, standpoint, *signers, officers=(Role.DIRECTOR,), is_held=True)


def may_describe_approach(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may say how a provider goes about it: each officer of that provider."""
    return may_act_in_contract(actor, standpoint, PartyRole.PROVIDER, is_held=True)


def may_publish(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may show a contract to everybody, or take that back: secretary and directors of its holder."""
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, officers=WRITERS, is_held=True)


def may_export(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may take a contract's data out as a file, and try one: each officer of its holder."""
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, is_held=True)
