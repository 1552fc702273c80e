"""Who may record people and results, and who may see how much of them: pure answers, without a query.

Providers see what is theirs. Who pays, holds, verifies or evaluates sees everybody's results by pseudonym; files of
evidence only the provider who handed them in and the verifier. Investors see no single result.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from bonds.policies.standing import OTHER_PARTY, Standpoint, may_act_in_contract
from bonds.states import PAYER_ROLES, PartyRole
from foundation.access import ALLOWED, Actor, Decision, refuse
from people.models import Organisation

SEEING_ALL: Final = (
    *sorted(PAYER_ROLES),
    PartyRole.HOLDER,
    PartyRole.VERIFIER,
    PartyRole.INTERMEDIARY,
    PartyRole.EVALUATOR,
)


def may_see_results(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may see people by pseudonym and what they achieved: officers of all parties but investors."""
    return may_act_in_contract(actor, standpoint, PartyRole.PROVIDER, *SEEING_ALL)


def sees_all_results(standpoint: Standpoint) -> bool:
    """Whether a party sees the results of every provider, and not only its own."""
    return bool(standpoint.roles & {role.value for role in SEEING_ALL})


def may_record_results(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may record people, clocks, results and evidence, and withdraw results: a provider's officers."""
    return may_act_in_contract(actor, standpoint, PartyRole.PROVIDER)


def may_record_referrals(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may record who was sent to whom: officers of the provider and of the commissioner."""
    return may_act_in_contract(actor, standpoint, PartyRole.PROVIDER, *sorted(PAYER_ROLES))


def is_about_own(standpoint: Standpoint, *organisations: Organisation) -> Decision:
    """Whether something between parties concerns one's own organisation: nobody records what others did."""
    if standpoint.organisation in {one.public_id for one in organisations}:
        return ALLOWED
    return refuse(_("This is between other parties of the contract."), OTHER_PARTY)


def may_see_evidence(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may open files of evidence: officers of a provider, its own; and of the verifier, all."""
    return may_act_in_contract(actor, standpoint, PartyRole.PROVIDER, PartyRole.VERIFIER)


def sees_all_evidence(standpoint: Standpoint) -> bool:
    """Whether a party may open everybody's evidence: the verifier."""
    return PartyRole.VERIFIER.value in standpoint.roles
