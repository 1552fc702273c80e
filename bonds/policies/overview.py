"""Who may see what a contract comes to, and how much of it: pure answers, without a query."""

from __future__ import annotations

from typing import TypedDict

from bonds.arithmetic.overview import View
from bonds.policies.claims import may_see_claims
from bonds.policies.invoices import may_see_invoices, sees_every_invoice
from bonds.policies.standing import Standpoint, may_act_in_contract
from bonds.states import PAYER_ROLES, PartyRole
from foundation.access import Actor, Decision

_VIEWS = (
    (View.ALL, frozenset({PartyRole.HOLDER, PartyRole.LEAD_COMMISSIONER})),
    (View.PAYER, PAYER_ROLES),
    (View.PROVIDER, frozenset({PartyRole.PROVIDER})),
    (View.COUNTS, frozenset({PartyRole.VERIFIER, PartyRole.INTERMEDIARY, PartyRole.EVALUATOR})),
    (View.FEW, frozenset({PartyRole.INVESTOR})),
)


class Lists(TypedDict):
    """Which lists stand behind figures for a party: lines, and invoices, perhaps only those to itself."""

    has_lines: bool
    has_invoices: bool
    only_payer: str


def may_see_overview(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may see a contract at a glance: each officer of a party. How much of it, says `view_of`."""
    return may_act_in_contract(actor, standpoint)


def view_of(standpoint: Standpoint) -> View:
    """How much a party sees: of several roles the one that sees most counts."""
    for view, roles in _VIEWS:
        if standpoint.roles & {role.value for role in roles}:
            return view
    return View.FEW


def lists_seen(actor: Actor, standpoint: Standpoint, party: str) -> Lists:
    """Tell which lists an actor may be led to.

    Args:
        actor: Who looks.
        standpoint: For which organisation.
        party: What the contract calls it.
    """
    return {
        "has_lines": bool(may_see_claims(actor, standpoint)),
        "has_invoices": bool(may_see_invoices(actor, standpoint)),
        "only_payer": "" if sees_every_invoice(standpoint) else party,
    }
