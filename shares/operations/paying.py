"""Reserving shares and sending the applicant to pay for them.

# Note [Reserve, then pay]
The number of shares is reserved in a transaction of its own, under the offer's lock; the provider is asked only after
it has committed. A reservation outlives the provider's page, so in the ordinary course nobody can pay for shares that
were given to somebody else meanwhile. Money that comes late all the same is accepted while there is room, and goes
back otherwise (`shares.operations.settling`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from payments.models import Payment
from payments.operations import create_payment, request_checkout_expiry, start_checkout
from shares.models import Application, ShareOffer
from shares.operations import locks
from shares.operations.applying import check_editable
from shares.operations.conditions import (
    check_complete,
    check_consents,
    check_number,
    check_offer_open,
    check_old_enough,
    check_terms_read,
)
from shares.operations.errors import ApplicationIncomplete
from shares.operations.records import change_application_state
from shares.queries.holders import holder_of_application
from shares.queries.room import buying_room_for
from shares.states import ApplicationState, EndReason

PURPOSE: Final = "share_application"
# The provider keeps a page open for half an hour at least; the shares are kept a little longer than the page.
TIME_TO_PAY: Final = timedelta(minutes=31)
RESERVED_FOR: Final = timedelta(minutes=40)
DESCRIPTION_LENGTH: Final = 200


def pay_application(*, application: Application, success_url: str, cancel_url: str, actor: Actor, at: datetime) -> str:
    """Reserve the shares and give the address of the page where they are paid for.

    Outside any transaction, because it asks the provider. A second click, or a second tab, gets the same page.

    Args:
        application: Complete, with every consent that is required.
        success_url: Where the applicant comes back to after paying.
        cancel_url: Where they come back to without paying.
        actor: Who acts.
        at: Now.

    Returns:
        Where to send the applicant.

    Raises:
        DomainError: as `reserve`; nothing is reserved then.
        Unavailable: the provider does not answer; the shares stay reserved, so trying again is safe.
    """
    payment = reserve(application=application, actor=actor, at=at)
    return start_checkout(payment_id=payment.pk, success_url=success_url, cancel_url=cancel_url, at=at)


@transaction.atomic
def reserve(*, application: Application, actor: Actor, at: datetime) -> Payment:
    """Keep the number of shares for an applicant while they pay, and write down what they are to pay.

    Args:
        application: Complete, with every consent that is required.
        actor: Who acts.
        at: Now.

    Returns:
        The payment; the one that is under way if the shares are reserved and can still be paid for.

    Raises:
        WrongState: it is paid, cancelled or further on.
        OfferNotOpen: the offer is not open at that instant.
        TermsChanged: the terms have to be read again.
        ApplicationIncomplete, ConsentMissing, TooYoung: something is missing; `facts` name it.
        BelowSmallestHolding, HoldingLimitExceeded, SoldOut: the number does not fit any more; `facts` say what would.
        NoProviderAccount: the society cannot take card payments.

    Source: CCBSA 2014 s.24 (limit over what is held and pending together).
    """
    unlocked = Application.objects.with_everything().get(pk=application.pk)
    # What only the applicant can change is looked at before the lock that all applicants wait for.
    if unlocked.state != ApplicationState.AWAITING_PAYMENT.value:
        _check_ready(unlocked, at)
    offer = locks.lock_offer(unlocked.offer_id)
    locks.lock_holder(offer.society, holder_of_application(unlocked))
    application = locks.lock_application(application.pk)
    application.offer = offer
    if application.state == ApplicationState.AWAITING_PAYMENT.value:
        payment = application.payment
        assert payment is not None, "whoever awaits payment has a payment"
        if at < payment.expires_at:
            return payment
        _lapse(application, payment, actor=actor, at=at)
        _check_ready(application, at)
    check_editable(application)
    check_offer_open(offer, at)
    check_complete(application)
    check_terms_read(application, offer)
    check_number(buying_room_for(application=application, on=legal_day(at)), application.number_of_shares)
    # From here it must succeed.
    application.payment = create_payment(
        organisation=offer.organisation,
        purpose=PURPOSE,
        subject=application.public_id,
        amount=application.amount,
        payer_email=_email_of(application),
        description=_description(application, offer),
        expires_at=at + TIME_TO_PAY,
        at=at,
    )
    change_application_state(
        application=application,
        to=ApplicationState.AWAITING_PAYMENT,
        actor=actor.ref,
        at=at,
        reserved_until=at + RESERVED_FOR,
    )
    audit.record(
        actor=actor.ref,
        action="shares.shares_reserved",
        at=at,
        organisation=offer.organisation.public_id,
        subject=application.public_id,
        after={"shares": application.number_of_shares, "payment": application.payment.public_id},
    )
    return application.payment


def _lapse(application: Application, payment: Payment, *, actor: Actor, at: datetime) -> None:
    """End a reservation that nobody can pay for any more, so that the applicant may begin again."""
    request_checkout_expiry(payment_id=payment.pk, at=at)
    change_application_state(
        application=application,
        to=ApplicationState.LAPSED,
        actor=actor.ref,
        at=at,
        end_reason=EndReason.RESERVATION_ENDED,
    )


def _check_ready(application: Application, at: datetime) -> None:
    """Check what the applicant has to bring: a state that leads on, everything filled in, every consent, the age."""
    check_editable(application)
    check_offer_open(application.offer, at)
    check_complete(application)
    check_terms_read(application, application.offer)
    check_consents(application, at)
    assert application.person is not None, "a complete application has a person"
    check_old_enough(application.offer.society, application.person, legal_day(at))


def _email_of(application: Application) -> str:
    if application.user is None:
        raise ApplicationIncomplete(_("Please sign in first."), missing=["user"])
    return application.user.email


def _description(application: Application, offer: ShareOffer) -> str:
    text = _("%(shares)s shares in %(society)s") % {
        "shares": application.number_of_shares,
        "society": offer.organisation.name,
    }
    return text[:DESCRIPTION_LENGTH]
