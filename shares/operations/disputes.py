"""Disputes move money back and forth after an application was paid; the application follows the books."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core.errors import DomainError
from core.money import to_minor
from core.periods import legal_day
from foundation.access import Actor
from shares.models import Application, ShareOffer
from shares.operations import locks
from shares.operations.conditions import check_number
from shares.operations.records import change_application_state
from shares.operations.settling import (
    APPLICATIONS,
    REFUNDS_DUE,
    end_if_money_is_gone,
    money_under,
    owe_back,
)
from shares.queries.holders import holder_of_application
from shares.queries.room import buying_room_for
from shares.states import UNDECIDED_OFFER_STATES, ApplicationState, EndReason


@transaction.atomic
def follow_dispute(*, application: Application, actor: Actor, at: datetime) -> bool:
    """Bring an application whose payment is or was disputed up to where its money stands. Safe to repeat.

    Money that an inquiry did not take and a later dispute did ends the application. Money that came back with a won
    dispute counts as before while the offer is undecided and has room; otherwise it is owed back.

    Args:
        application: Paid, due for a refund, or charged back.
        actor: Who acts, mostly the sweep.
        at: Now.

    Returns:
        Whether something changed.

    Source: the treasury's posting table, rows 14 (dispute before allotment) and 16 (dispute won).
    """
    unlocked = Application.objects.get(pk=application.pk)
    offer = locks.lock_offer(unlocked.offer_id)
    locks.lock_holder(offer.society, holder_of_application(unlocked))
    application = locks.lock_application(application.pk)
    application.offer = offer
    if application.state != ApplicationState.CHARGED_BACK.value:
        return end_if_money_is_gone(application, at=at)
    wanted = to_minor(application.amount)
    if money_under(application, REFUNDS_DUE) >= wanted:
        _return_to_refund(application, actor=actor, at=at)
        return True
    if money_under(application, APPLICATIONS) < wanted:
        return False
    if _may_be_paid_again(application, offer, at):
        change_application_state(application=application, to=ApplicationState.PAID, actor=actor.ref, at=at)
        return True
    _return_to_refund(application, actor=actor, at=at)
    assert application.payment is not None, "money came by a payment"
    owe_back(application, application.payment, reason=EndReason.OFFER_CLOSED, actor=actor.ref, at=at)
    return True


def _return_to_refund(application: Application, *, actor: Actor, at: datetime) -> None:
    change_application_state(
        application=application,
        to=ApplicationState.REFUND_DUE,
        actor=actor.ref,
        at=at,
        end_reason=EndReason.OFFER_CLOSED,
        reason="dispute_won",
    )


def _may_be_paid_again(application: Application, offer: ShareOffer, at: datetime) -> bool:
    """Tell whether a locked offer is undecided and has room for a locked application."""
    if offer.state not in UNDECIDED_OFFER_STATES:
        return False
    try:
        check_number(buying_room_for(application=application, on=legal_day(at)), application.number_of_shares)
    except DomainError:
        return False
    return True
