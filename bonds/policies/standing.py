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


@dataclass(frozen=True, slots=True)
class Standpoint:
    """An organisation as a contract knows it today.

    Attributes:
        organisation: Its public id.
        roles: What it is in the contract (values of `PartyRole`), the roles that ended included; empty: no party.
    """

    organisation: str
    roles: frozenset[str]


def may_act_in_contract(
    actor: Actor, standpoint: Standpoint, *wanted: PartyRole, officers: tuple[Role, ...] = ()
) -> Decision:
    """Whether an actor may act for an organisation in one of these parts of a contract (in any where none is named).

    To those who hold no role in the organisation, and to organisations that are no party, the contract does not exist.
    """
    decision = may_act_as(actor, standpoint.organisation, *[role.value for role in officers])
    if not decision:
        return decision
    if not standpoint.roles:
        return refuse(_("There is no such contract."), NO_ROLE)
    if wanted and not standpoint.roles & {role.value for role in wanted}:
        return refuse(_("This is for another party of the contract."), OTHER_PARTY)
    return decision
