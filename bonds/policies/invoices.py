"""Who may see invoices, issue them, record orders and receipts, and take lines back: pure answers, without a query."""

from __future__ import annotations

from typing import Final

from bonds import states
from bonds.policies.standing import Standpoint, may_act_in_contract
from bonds.states import PartyRole
from foundation.access import Actor, Decision
from people.models import Role

PAYERS: Final = tuple(sorted(states.PAYER_ROLES))
BOOKKEEPERS: Final = (Role.TREASURER, Role.SECRETARY)


def may_see_invoices(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may see invoices and credit notes: officers of the holder, and of a payer its own.

    Which ones, says `sees_every_invoice`. Providers, verifiers and investors see none.
    """
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, *PAYERS)


def sees_every_invoice(standpoint: Standpoint) -> bool:
    """Whether an organisation sees the invoices to all payers: the holder; otherwise it sees those to itself."""
    return PartyRole.HOLDER.value in standpoint.roles


def may_issue_invoices(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may see what waits and issue invoices for it: treasurer and secretary of the holder."""
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, officers=BOOKKEEPERS, is_held=True)


def may_record_orders(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may record purchase orders: officers of the holder, and of a payer its own."""
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, *PAYERS, is_held=True)


def may_record_receipt(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may write down that an invoice was paid: the holder's treasurer, as for all money."""
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, officers=(Role.TREASURER,), is_held=True)


def may_take_back(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may take accepted lines back: each officer of a verifier, and never for its own claim."""
    return may_act_in_contract(actor, standpoint, PartyRole.VERIFIER, is_held=True)
