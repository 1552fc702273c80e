"""Who may issue reports to investors, and who may read them: pure answers, without a query."""

from __future__ import annotations

from bonds.policies.standing import Standpoint, may_act_in_contract
from bonds.states import PartyRole
from foundation.access import Actor, Decision


def may_see_reports(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may see that there are reports: officers of the holder and of investors.

    An investor reads their own copy; the holder reads all of them.
    """
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, PartyRole.INVESTOR)


def may_issue_reports(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may preview, issue and take back reports: each officer of the holder."""
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, is_held=True)


def sees_every_copy(standpoint: Standpoint) -> bool:
    """Whether an organisation has everybody's copies before it; otherwise it has its own only."""
    return PartyRole.HOLDER.value in standpoint.roles
