"""An offer is open: pausing, extending and closing it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.access import Actor
from shares import law
from shares.models import ShareOffer
from shares.operations import locks
from shares.operations.errors import OfferNotOver, ReasonMissing, TermsUnsound, WrongState
from shares.operations.records import change_many_applications, change_offer_state
from shares.queries.offers import minimum_is_reached
from shares.states import ApplicationState, EndReason, OfferState


@transaction.atomic
def open_offer(*, offer: ShareOffer, actor: Actor, at: datetime) -> ShareOffer:
    """Publish an approved offer; people may apply from `opens_at` on.

    Raises:
        WrongState: it is not approved.
        TermsUnsound: its closing has passed.
    """
    offer = locks.lock_offer(offer.pk)
    if offer.closes_at <= at:
        raise TermsUnsound(_("The closing date of this offer has passed. Send it back and set a new one."))
    if offer.state != OfferState.APPROVED.value:
        raise WrongState(_("Only an approved offer can be opened."), state=offer.state)
    change_offer_state(offer=offer, to=OfferState.OPEN, actor=actor.ref, at=at)
    return offer


@transaction.atomic
def pause_offer(*, offer: ShareOffer, reason: str, actor: Actor, at: datetime) -> ShareOffer:
    """Take no new applications for now; payments that are under way still count.

    Raises:
        WrongState: it is not open.
        ReasonMissing: the record has to say why.
    """
    _require_reason(reason)
    offer = locks.lock_offer(offer.pk)
    change_offer_state(offer=offer, to=OfferState.PAUSED, actor=actor.ref, at=at, reason=reason)
    return offer


@transaction.atomic
def resume_offer(*, offer: ShareOffer, actor: Actor, at: datetime) -> ShareOffer:
    """Take applications again after a pause.

    Raises:
        WrongState: it is not paused.
    """
    offer = locks.lock_offer(offer.pk)
    if offer.state != OfferState.PAUSED.value:
        raise WrongState(_("Only a paused offer can be resumed."), state=offer.state)
    change_offer_state(offer=offer, to=OfferState.OPEN, actor=actor.ref, at=at)
    return offer


@transaction.atomic
def extend_offer(*, offer: ShareOffer, closes_at: datetime, reason: str, actor: Actor, at: datetime) -> ShareOffer:
    """Let an open offer run longer, as far as its terms and the six months allow.

    Args:
        offer: An open offer whose closing has not come.
        closes_at: The new closing, later than the old one.
        reason: Why.
        actor: Who acts.
        at: When.

    Raises:
        WrongState: it is not open, or its closing has passed.
        TermsUnsound: the new closing is not later, or more than six months after the opening.
        ReasonMissing: the record has to say why.

    Source: Community Shares Handbook 4.5.5 (period and extension).
    """
    _require_reason(reason)
    offer = locks.lock_offer(offer.pk)
    if offer.state != OfferState.OPEN.value or offer.closes_at <= at:
        raise WrongState(_("Only an offer that is open can be extended."), state=offer.state)
    if closes_at <= offer.closes_at:
        raise TermsUnsound(_("The new closing has to be later than the present one."))
    if (closes_at - offer.opens_at).days > law.LONGEST_OFFER_DAYS:
        raise TermsUnsound(_("An offer may run for six months at most."), days=law.LONGEST_OFFER_DAYS)
    offer.closes_at = closes_at
    change_offer_state(offer=offer, to=OfferState.OPEN, actor=actor.ref, at=at, reason=reason)
    return offer


@transaction.atomic
def close_offer(*, offer: ShareOffer, actor: Actor, at: datetime, reason: str = "") -> ShareOffer:
    """Take no more applications; the board decides next. Payments that are under way still count.

    An offer whose minimum has cleared may be closed before its time; otherwise it has to run its course, or the
    reason has to say why it is stopped. Closing a closed offer changes nothing.

    Raises:
        WrongState: it was never open, or is decided.
        OfferNotOver: its time is not over, its minimum not reached and no reason given.
    """
    offer = locks.lock_offer(offer.pk)
    if offer.state == OfferState.CLOSED.value:
        return offer
    if offer.closes_at > at and not reason.strip() and not minimum_is_reached(offer):
        raise OfferNotOver(
            _("The minimum is not reached yet. Say why the offer is to be closed before its time."),
            closes_at=offer.closes_at.isoformat(),
        )
    change_offer_state(offer=offer, to=OfferState.CLOSED, actor=actor.ref, at=at, reason=reason)
    begun = locks.lock_applications(offer, [ApplicationState.STARTED.value])
    change_many_applications(
        applications=begun,
        to=ApplicationState.LAPSED,
        actor=actor.ref,
        at=at,
        end_reason=EndReason.OFFER_CLOSED,
    )
    return offer


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing(_("Say why: the record keeps the reason."))
