"""A program begins an application and names the number of shares in one act."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from foundation.access import Actor
from people.models import User
from shares import states
from shares.models import Application, ShareOffer
from shares.operations.applying import set_number_of_shares, start_application


@transaction.atomic
def begin_application(
    *,
    offer: ShareOffer,
    user: User,
    number_of_shares: int,
    actor: Actor,
    at: datetime,
    holder_kind: states.HolderKind = states.HolderKind.INDIVIDUAL,
    body_name: str = "",
    body_number: str = "",
) -> Application:
    """Begin an application for a number of shares; if the number does not fit, nothing is begun.

    Somebody who has an unfinished application for the offer gets that one, with the new number.

    Args:
        offer: An offer that is open.
        user: Who applies.
        number_of_shares: Whole shares.
        actor: Who acts.
        at: When.
        holder_kind: Whether the applicant asks for themselves or for a body.
        body_name: Name of the body.
        body_number: Registration number of the body.

    Raises:
        OfferNotOpen: the offer is not open at that instant.
        WrongState: a payment for the unfinished application has begun.
        HolderUnknown, RegistrationNumberMalformed: a body has to be named, with its number.
        BelowSmallestHolding, HoldingLimitExceeded, SoldOut: the number does not fit; `facts` say what would.
    """
    started = start_application(offer=offer, user=user, actor=actor, at=at)
    set_number_of_shares(
        application=started.application,
        number_of_shares=number_of_shares,
        holder_kind=holder_kind,
        body_name=body_name,
        body_number=body_number,
        actor=actor,
        at=at,
    )
    return Application.objects.with_everything().get(pk=started.application.pk)
