"""Who may draw samples, dispute decisions and write down what an adjudicator found: pure answers, without a query."""

from __future__ import annotations

from bonds import states
from bonds.policies.claims import SEES_EVERY_CLAIM
from bonds.policies.contracts import WRITERS
from bonds.policies.standing import Standpoint, may_act_in_contract
from bonds.states import PartyRole
from foundation.access import Actor, Decision


def may_see_samples(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may see samples and what they came to: officers of payers, holder and verifier.

    A provider sees what a sample did to its own lines on the pages of these lines.
    """
    return may_act_in_contract(actor, standpoint, *SEES_EVERY_CLAIM)


def may_dispute(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may dispute a decision: each officer of a provider, about its own lines, and of a payer."""
    return may_act_in_contract(actor, standpoint, PartyRole.PROVIDER, *sorted(states.PAYER_ROLES))


def may_adjudicate(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may write down what an adjudicator found: secretary and directors of holder and payers.

    Whether the party or the person is a side of that dispute, the operation asks: neither may be.
    """
    return may_act_in_contract(actor, standpoint, *sorted(states.ADJUDICATING_ROLES), officers=WRITERS, is_held=True)


def sees_words(standpoint: Standpoint, *, claimant: str) -> bool:
    """Whether an organisation reads what somebody wrote about a line: its claimant and the verifier.

    Words may hold what is personal, whatever the hint beside the field says; payers see that something was decided.

    Args:
        standpoint: Whose.
        claimant: Public id of the organisation whose line it is.
    """
    return standpoint.organisation == claimant or PartyRole.VERIFIER.value in standpoint.roles


def sees_dispute_words(standpoint: Standpoint, *, claimant: str, raised_by: str) -> bool:
    """Whether an organisation reads why a decision is disputed: both sides, the verifier and the contract holder.

    Args:
        standpoint: Whose.
        claimant: Public id of the organisation whose line it is.
        raised_by: Public id of the organisation that disputes.
    """
    return (
        sees_words(standpoint, claimant=claimant)
        or standpoint.organisation == raised_by
        or PartyRole.HOLDER.value in standpoint.roles
    )
