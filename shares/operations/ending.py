"""An application ends without shares: not paid in time, cancelled, cooled off, or refused by the board."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import audit
from foundation.access import Actor
from payments.operations import request_checkout_expiry
from shares.models import Application, ShareOffer
from shares.operations import locks, mails
from shares.operations.errors import CoolingOffOver, ReasonMissing, WrongState
from shares.operations.records import change_application_state
from shares.operations.settling import owe_back
from shares.states import ApplicationState, EndReason, OfferState

State = ApplicationState
# Once the shares are issued there is nothing left to call back: the application has become a holding.
_UNALLOTTED = frozenset(
    {OfferState.OPEN.value, OfferState.PAUSED.value, OfferState.CLOSED.value, OfferState.SUCCEEDED.value}
)


@transaction.atomic
def release_reservation(*, application: Application, actor: Actor, at: datetime) -> bool:
    """Give reserved shares back to the offer when the time to pay is over, and close the checkout page.

    Args:
        application: Any; only a reservation whose time is over is released.
        actor: Who acts, mostly the sweep.
        at: Now.

    Returns:
        Whether there was something to release.
    """
    application = _lock(application)
    until = application.reserved_until
    if application.state != State.AWAITING_PAYMENT.value or until is None or until > at:
        return False
    end_reservation(application, reason=EndReason.RESERVATION_ENDED, actor=actor.ref, at=at)
    return True


def end_reservation(
    application: Application,
    *,
    reason: EndReason,
    actor: str,
    at: datetime,
    to: ApplicationState = ApplicationState.LAPSED,
) -> None:
    """End the reservation of a locked application, and promise that its checkout page will be closed.

    Args:
        application: Locked, awaiting payment.
        reason: Why.
        actor: Reference of who acts.
        at: Now.
        to: Lapsed, or cancelled.
    """
    if application.payment_id is not None:
        request_checkout_expiry(payment_id=application.payment_id, at=at)
    change_application_state(application=application, to=to, actor=actor, at=at, end_reason=reason)


@transaction.atomic
def cancel_application(*, application: Application, actor: Actor, at: datetime) -> Application:
    """Give up an application: at any time before payment, and for the days of cooling off after it.

    The days are the offer's own term and are counted from the payment; they end early when the shares are
    allotted. Money that was paid is owed back whole (posting 10) and goes back to its card. Cancelling a cancelled
    application changes nothing.

    Args:
        application: Any.
        actor: Who acts.
        at: Now.

    Raises:
        CoolingOffOver: it is paid, and the days are over.
        WrongState: it is allotted or the money has gone back.

    Source: the offer's terms; no statutory right for withdrawable shares was found (domain notes 1.9).
    """
    application = _lock(application)
    if application.state == State.CANCELLED.value or application.end_reason == EndReason.COOLED_OFF.value:
        return application
    if application.state == State.AWAITING_PAYMENT.value:
        end_reservation(application, reason=EndReason.CANCELLED, actor=actor.ref, at=at, to=State.CANCELLED)
    elif application.state == State.PAID.value:
        check_may_cool_off(application, at)
        _end_paid(application, reason=EndReason.COOLED_OFF, actor=actor, at=at)
    else:
        change_application_state(
            application=application, to=State.CANCELLED, actor=actor.ref, at=at, end_reason=EndReason.CANCELLED
        )
    return application


def check_may_cool_off(application: Application, at: datetime) -> None:
    """Let only a paid application pass whose days of cooling off are not over.

    Raises:
        CoolingOffOver: they are.
    """
    assert application.paid_at is not None, "a paid application knows when"
    until = application.paid_at + timedelta(days=application.terms.cooling_off_days)
    if at >= until:
        raise CoolingOffOver(
            _("The %(days)s days in which you could change your mind are over.")
            % {"days": application.terms.cooling_off_days},
            until=until.isoformat(),
        )


@transaction.atomic
def refuse_application(*, application: Application, reason: str, actor: Actor, at: datetime) -> Application:
    """Let the board refuse an application; the money goes back whole. Refusing a refused one changes nothing.

    Args:
        application: Paid.
        reason: For the society's own record; the applicant is told that the board refused.
        actor: Who acts for the board.
        at: Now.

    Raises:
        WrongState: it is not paid, or its shares are allotted.
        ReasonMissing: the record has to say why.

    Source: the society's rules (admission by the board); posting row 10.
    """
    if not reason.strip():
        raise ReasonMissing(_("Say why: the record keeps the reason."))
    application = _lock(application)
    if application.end_reason == EndReason.REFUSED.value:
        return application
    if application.state != State.PAID.value:
        raise WrongState(
            _("Only a paid application can be refused; this one is %(state)s.")
            % {"state": application.get_state_display()},
            state=application.state,
        )
    _end_paid(application, reason=EndReason.REFUSED, actor=actor, at=at, words=reason)
    return application


def _lock(application: Application) -> Application:
    """Lock the offer, then the application; see Note [Lock order]."""
    locks.lock_offer_row(Application.objects.values_list("offer_id", flat=True).get(pk=application.pk))
    locked = locks.lock_application(application.pk)
    locked.offer = ShareOffer.objects.with_everything().get(pk=locked.offer_id)
    return locked


def _end_paid(application: Application, *, reason: EndReason, actor: Actor, at: datetime, words: str = "") -> None:
    """End a locked paid application and owe its money back."""
    offer, payment = application.offer, application.payment
    if offer.state not in _UNALLOTTED:
        raise WrongState(_("This offer is decided, so this cannot be done any more."), state=offer.state)
    assert payment is not None, "a paid application has a payment"
    change_application_state(
        application=application, to=State.REFUND_DUE, actor=actor.ref, at=at, end_reason=reason, reason=words
    )
    audit.record(
        actor=actor.ref,
        action=f"shares.application_{reason.value}",
        at=at,
        organisation=offer.organisation.public_id,
        subject=application.public_id,
        before={"state": State.PAID.value},
        after={"state": State.REFUND_DUE.value},
    )
    mails.tell(application, offer, "refund_under_way", key=application.public_id, at=at)
    owe_back(application, payment, reason=reason, actor=actor.ref, at=at)
