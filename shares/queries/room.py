"""What somebody may buy: the one rule that the pages show and that the operations check."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet, Sum

from core.money import to_minor
from shares import law, states
from shares.arithmetic import BuyingRoom, HoldingLimits, compute_buying_room, compute_limits, shares_within
from shares.models import Application, LegalHoldingLimit, OfferTerms, ShareOffer, Society
from shares.queries.holders import Holder, applications_of_holder, held_pence, holder_of_user, sum_pence

if TYPE_CHECKING:
    from people.models import User


def buying_room(*, offer: ShareOffer, user: User | None, on: date) -> BuyingRoom:
    """Tell what a user, or a visitor, may buy in an offer now for themselves.

    Args:
        offer: The offer.
        user: Who asks; None for a visitor, who holds nothing.
        on: The legal day, for the statutory limit.
    """
    return buying_room_of_holder(offer=offer, holder=holder_of_user(user), on=on)


def buying_room_for(*, application: Application, on: date) -> BuyingRoom:
    """Tell what the holder behind an application may ask for in it now; the application itself does not count.

    Args:
        application: A started or lapsed application.
        on: The legal day, for the statutory limit.
    """
    holder = Holder(
        kind=application.holder_kind,
        user_id=application.user_id,
        person_id=application.person_id,
        body_number=application.body_number,
    )
    return buying_room_of_holder(offer=application.offer, holder=holder, on=on, without=application)


def buying_room_of_holder(
    *, offer: ShareOffer, holder: Holder, on: date, without: Application | None = None
) -> BuyingRoom:
    """Tell what a holder may buy in an offer now.

    Args:
        offer: The offer, with terms.
        holder: For whom.
        on: The legal day, for the statutory limit.
        without: An application that is not to be counted, because it is the one that asks.

    Source: CCBSA 2014 s.24; the society's rules; the offer's terms.
    """
    terms = current_terms(offer)
    price_pence = to_minor(terms.price)
    pending = applications_of_holder(offer.society, holder)
    left = shares_left(offer, terms)
    if without is not None:
        pending = pending.exclude(pk=without.pk)
        if without.state in _TAKING_ROOM:
            left += without.number_of_shares
    held = held_pence(offer.society, holder)
    reserved, paid = _reserved_and_paid(pending)
    return compute_buying_room(
        price_pence=price_pence,
        smallest_pence=max(to_minor(terms.smallest_holding), to_minor(offer.society.minimum_holding)),
        limits=holding_limits(society=offer.society, terms=terms, holder=holder, on=on),
        held_pence=held,
        pending_pence=reserved + paid,
        secure_pence=held + paid,
        shares_left=left,
    )


_TAKING_ROOM = (
    states.ApplicationState.AWAITING_PAYMENT.value,
    states.ApplicationState.PAID.value,
    states.ApplicationState.ALLOTTED.value,
)


def holding_limits(*, society: Society, terms: OfferTerms, holder: Holder, on: date) -> HoldingLimits:
    """Tell which limits bind a holder in an offer, in pence.

    Source: CCBSA 2014 s.24 and s.24(2); the society's rules; the offer's terms.
    """
    return compute_limits(
        legal_pence=legal_limit_pence(jurisdiction=society.jurisdiction, on=on),
        rules_pence=to_minor(society.maximum_holding),
        offer_pence=to_minor(terms.largest_holding),
        is_exempt=law.is_exempt_from_holding_limit(is_registered_society=holder.is_registered_society),
    )


def legal_limit_pence(*, jurisdiction: str, on: date) -> int | None:
    """Tell the statutory limit of a holding on a day, in pence, or None where no row says one."""
    row = LegalHoldingLimit.objects.in_force(jurisdiction=jurisdiction, on=on).first()
    return None if row is None else to_minor(row.amount)


def current_terms(offer: ShareOffer) -> OfferTerms:
    """Return the terms that an offer has now; an offer that left its draft always has some."""
    terms = offer.current_terms
    assert terms is not None, "an offer without terms takes no applications"
    return terms


def maximum_shares(terms: OfferTerms) -> int:
    """Tell how many whole shares the maximum target holds."""
    return shares_within(to_minor(terms.maximum), to_minor(terms.price))


def shares_left(offer: ShareOffer, terms: OfferTerms) -> int:
    """Count what is left of an offer: the maximum without what is reserved, paid for or allotted.

    Counted afresh each time and stored nowhere; an operation counts under the offer's lock.
    """
    taken = Application.objects.filter(offer=offer).taking_room().aggregate(total=Sum("number_of_shares"))["total"]
    return max(maximum_shares(terms) - (taken or 0), 0)


def _reserved_and_paid(applications: QuerySet[Application]) -> tuple[int, int]:
    """Sum what applications are worth that await payment, and that are paid, in pence."""
    sums = applications.filter(amount_currency="GBP").aggregate(
        reserved=Sum("amount", filter=Q(state=states.ApplicationState.AWAITING_PAYMENT.value)),
        paid=Sum("amount", filter=Q(state=states.ApplicationState.PAID.value)),
    )
    return sum_pence(sums["reserved"]), sum_pence(sums["paid"])
