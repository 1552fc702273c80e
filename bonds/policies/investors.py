"""Who may see and move investors' money: pure answers on an actor and a standpoint, without a query.

The contract holder's treasurer and directors keep the investors' side; an investor sees its own place and no other's.
Nobody else sees any of it beyond what the terms say.
"""

from __future__ import annotations

from typing import Final

from bonds.policies.standing import OTHER_PARTY, Standpoint, may_act_in_contract
from bonds.states import PartyRole
from foundation.access import Actor, Decision
from people.models import Role

KEEPERS: Final = (Role.TREASURER, Role.DIRECTOR)


def may_see_investors(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may see what becomes of investors' money; whose, says `sees_every_investor`.

    The contract holder's treasurer and directors, and each officer of an investor.
    """
    holder = may_act_in_contract(actor, standpoint, PartyRole.HOLDER, officers=KEEPERS)
    if holder:
        return holder
    investor = may_act_in_contract(actor, standpoint, PartyRole.INVESTOR)
    # Of two reasons for a no, the one about the actor's own office says more.
    return holder if investor.code == OTHER_PARTY else investor


def sees_every_investor(actor: Actor, standpoint: Standpoint) -> bool:
    """Whether an actor sees the places of all investors; otherwise only that of the own organisation."""
    return bool(may_act_in_contract(actor, standpoint, PartyRole.HOLDER, officers=KEEPERS))


def may_see_tax(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may see how investors are taxed: the holder's treasurer and directors.

    An investor sees what was withheld from its own interest with everything else that it was paid.
    """
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, officers=KEEPERS)


def may_keep_investors(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may call, cancel, accrue, share out, tax and write off: the holder's treasurer and directors."""
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, officers=KEEPERS, is_held=True)


def may_record_investors_money(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may write down that an investor paid or was paid: the holder's treasurer, as all money."""
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, officers=(Role.TREASURER,), is_held=True)
