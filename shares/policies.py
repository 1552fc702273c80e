"""Who may do what with offers, applications and the register: pure answers on an actor, without a query."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from foundation.access import ALLOWED, Actor, Decision, refuse
from people.models import Role
from people.policies import may_act_as, may_act_as_staff
from shares.models import Application, ShareOffer
from shares.states import PUBLIC_OFFER_STATES

SIGN_IN_REQUIRED: Final = "shares.sign_in_required"
NOT_YOURS: Final = "shares.not_yours"
NOT_PUBLIC: Final = "shares.not_public"


def may_see_offer(actor: Actor, offer: ShareOffer) -> Decision:
    """Whether an actor may read an offer: anybody once it has opened; before, its officers and platform staff."""
    if offer.state in PUBLIC_OFFER_STATES:
        return ALLOWED
    if may_act_as_staff(actor) or actor.roles_in(offer.organisation.public_id):
        return ALLOWED
    return refuse(_("There is no such offer."), NOT_PUBLIC)


def may_apply(actor: Actor, offer: ShareOffer) -> Decision:
    """Whether an actor may begin an application: anybody who may read the offer, signed in or not."""
    return may_see_offer(actor, offer)


def may_see_application(actor: Actor, application: Application) -> Decision:
    """Whether an actor may see an application: who made it, and the officers of the society it was made to."""
    if _is_own(actor, application):
        return ALLOWED
    officer = may_act_as(actor, application.organisation, Role.SECRETARY, Role.TREASURER, Role.DIRECTOR)
    return officer if officer else _not_yours()


def may_change_application(actor: Actor, application: Application) -> Decision:
    """Whether an actor may fill in, pay for or cancel an application: only who made it, never an officer."""
    return ALLOWED if _is_own(actor, application) else _not_yours()


def may_claim_application(actor: Actor, application: Application, claim_digests: frozenset[str]) -> Decision:
    """Whether a visitor may go on with an application that nobody has signed in for: whoever holds its token.

    Args:
        actor: The visitor, or somebody who just signed in.
        application: The application.
        claim_digests: Digests of the tokens in the visitor's session.
    """
    if application.user_id is None and application.claim_token in claim_digests:
        return ALLOWED
    return may_change_application(actor, application)


def may_draft_offer(actor: Actor, organisation: str) -> Decision:
    """Whether an actor may draft offers for an organisation, write their terms and submit them."""
    return may_act_as(actor, organisation, Role.SECRETARY, Role.DIRECTOR)


def may_approve_offer(actor: Actor) -> Decision:
    """Whether an actor may approve offers or send them back: platform staff, never the society itself."""
    return may_act_as_staff(actor)


def may_run_offer(actor: Actor, offer: ShareOffer) -> Decision:
    """Whether an actor may open, pause, resume, extend or close an offer: the society's secretary."""
    return may_act_as(actor, offer.organisation, Role.SECRETARY)


def may_decide_offer(actor: Actor, offer: ShareOffer) -> Decision:
    """Whether an actor may record the board's decision: success, failure, refusals, allotment. The secretary."""
    return may_act_as(actor, offer.organisation, Role.SECRETARY)


def may_see_applications(actor: Actor, organisation: str) -> Decision:
    """Whether an actor may list a society's applications: each of its officers."""
    return may_act_as(actor, organisation, Role.SECRETARY, Role.TREASURER, Role.DIRECTOR)


def may_see_register(actor: Actor, organisation: str) -> Decision:
    """Whether an actor may see the whole register of members: secretary, treasurer and directors."""
    return may_act_as(actor, organisation, Role.SECRETARY, Role.TREASURER, Role.DIRECTOR)


def may_see_inspection_view(actor: Actor, organisation: str) -> Decision:
    """Whether an actor may show the view for inspection: the officers, who show it to whoever has the right.

    Source: CCBSA 2014 s.30, s.103 (who may inspect is for the society to establish).
    """
    return may_act_as(actor, organisation, Role.SECRETARY, Role.TREASURER, Role.DIRECTOR)


def _is_own(actor: Actor, application: Application) -> bool:
    return actor.user_id is not None and application.user_id == actor.user_id


def _not_yours() -> Decision:
    return refuse(_("There is no such application."), NOT_YOURS)
