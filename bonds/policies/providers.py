"""Who may see and book what providers are due, and record that they were paid: pure answers, without a query."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bonds.policies.standing import OTHER_PARTY, Standpoint, may_act_in_contract
from bonds.states import PartyRole
from foundation.access import Actor, Decision, refuse
from people.models import Role


def may_see_pay(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may see what providers are due: officers of the holder, and of a provider, its own only.

    Which accounts, says `may_see_account`. What a holder pays its providers is not the business of payers or investors.
    """
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, PartyRole.PROVIDER)


def may_see_account(actor: Actor, standpoint: Standpoint, *, provider: str) -> Decision:
    """Whether an actor may see the account of one provider.

    Args:
        actor: Who asks.
        standpoint: For which organisation.
        provider: Public id of the provider's organisation.
    """
    decision = may_see_pay(actor, standpoint)
    if decision and standpoint.organisation != provider and not sees_every_account(standpoint):
        return refuse(_("This is another provider's account."), OTHER_PARTY)
    return decision


def sees_every_account(standpoint: Standpoint) -> bool:
    """Whether an organisation sees the accounts of all providers: the holder."""
    return PartyRole.HOLDER.value in standpoint.roles


def may_book_dues(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may book what providers are due, accept compensation and issue statements.

    Treasurer and directors of who holds the contract today.
    """
    officers = (Role.TREASURER, Role.DIRECTOR)
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, officers=officers, is_held=True)


def may_pay_providers(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may write down that a provider was paid: the treasurer of who holds the contract today."""
    return may_act_in_contract(actor, standpoint, PartyRole.HOLDER, officers=(Role.TREASURER,), is_held=True)
