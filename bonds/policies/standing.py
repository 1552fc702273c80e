"""From where somebody looks at a contract: for which organisation, and what that organisation is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from bonds.states import PartyRole
from foundation.access import Actor, Decision, refuse
from people.models import Role
from people.policies import NO_ROLE, may_act_as

OTHER_PARTY: Final = "bonds.other_party"
ROLE_ENDED: Final = "bonds.role_ended"


@dataclass(frozen=True, slots=True)
class Standpoint:
    """An organisation as a contract knows it today.

    Attributes:
        organisation: Its public id.
        roles: What it is in the contract (values of `PartyRole`), the roles that ended included; empty: no party.
        ended: Those of its roles that it holds no more. They let it see what it saw, and a provider claim what was
            achieved while it was one; they let nobody write, sign or verify.
    """

    organisation: str
    roles: frozenset[str]
    ended: frozenset[str] = frozenset()

    @property
    def held(self) -> frozenset[str]:
        """The roles that it holds, or will hold."""
        return self.roles - self.ended


def may_act_in_contract(
    actor: Actor,
    standpoint: Standpoint,
    *wanted: PartyRole,
    officers: tuple[Role, ...] = (),
    is_held: bool = False,
) -> Decision:
    """Whether an actor may act for an organisation in one of these parts of a contract (in any where none is named).

    To those who hold no role in the organisation, and to organisations that are no party, the contract does not exist.

    Args:
        actor: Who asks.
        standpoint: For which organisation.
        wanted: The parts that may do it.
        officers: The roles in the organisation that may do it; every one if none is named.
        is_held: The part must be held still; otherwise one that ended will do.
    """
    decision = may_act_as(actor, standpoint.organisation, *[role.value for role in officers])
    if not decision:
        return decision
    if not standpoint.roles:
        return refuse(_("There is no such contract."), NO_ROLE)
    names = {role.value for role in wanted}
    if names and is_held and standpoint.roles & names and not standpoint.held & names:
        return refuse(_("Your organisation's part in this ended."), ROLE_ENDED)
    if names and not standpoint.roles & names:
        return refuse(_("This is for another party of the contract."), OTHER_PARTY)
    return decision
