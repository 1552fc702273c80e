"""Changing a state: the only place that assigns one, and the record of who did it, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from foundation import audit
from shares.models import Application, ApplicationStateChange, OfferStateChange, ShareOffer
from shares.operations.errors import WrongState
from shares.states import (
    ApplicationState,
    EndReason,
    OfferState,
    may_change_application,
    may_change_offer,
)

REASON_LENGTH = 200
BATCH_SIZE = 1000


def change_offer_state(
    *, offer: ShareOffer, to: OfferState, actor: str, at: datetime, reason: str = ""
) -> OfferStateChange:
    """Move a locked offer to a state, with the instants that go with it, and write down who, when and why.

    Args:
        offer: Locked by the caller; its other changed fields are saved with it.
        to: Where to.
        actor: Reference of who acts.
        at: When.
        reason: Why, in words for people.

    Raises:
        WrongState: no act leads from where the offer stands to there.
    """
    check_offer_may_become(offer, to)
    before = offer.state
    offer.state = to.value
    _date_offer(offer, to, at)
    offer.save()
    audit.record(
        actor=actor,
        action=f"shares.offer_{to.value}",
        at=at,
        organisation=offer.organisation.public_id,
        subject=offer.public_id,
        before={"state": before},
        after={"state": offer.state, "closes_at": offer.closes_at.isoformat()},
        reason=reason[:REASON_LENGTH],
    )
    return OfferStateChange.objects.create(
        offer=offer,
        from_state=before,
        to_state=offer.state,
        at=at,
        by=actor,
        reason=reason,
        closes_at=offer.closes_at,
    )


def check_offer_may_become(offer: ShareOffer, to: OfferState) -> None:
    """Let only a legal step pass.

    Raises:
        WrongState: no act leads from where the offer stands to there.
    """
    if not may_change_offer(offer.state, to.value):
        raise WrongState(
            _("The offer is %(state)s, so this cannot be done now.") % {"state": offer.get_state_display()},
            state=offer.state,
            wanted=to.value,
        )


def change_application_state(
    *,
    application: Application,
    to: ApplicationState,
    actor: str,
    at: datetime,
    end_reason: EndReason | None = None,
    reason: str = "",
    reserved_until: datetime | None = None,
) -> None:
    """Move a locked application to a state, with the instants that go with it, and write down who, when and why.

    Args:
        application: Locked by the caller; its other changed fields are saved with it.
        to: Where to.
        actor: Reference of who acts.
        at: When.
        end_reason: Why it ends without shares; only and always for states that end so.
        reason: Further words for people.
        reserved_until: Until when the shares are kept; only and always while a payment is awaited.

    Raises:
        WrongState: no act leads from where the application stands to there.
    """
    check_application_may_become(application, to)
    before = application.state
    application.state = to.value
    application.reserved_until = reserved_until
    _date_application(application, to, at, end_reason)
    application.save()
    ApplicationStateChange.objects.create(
        application=application,
        from_state=before,
        to_state=to.value,
        at=at,
        by=actor,
        reason=(reason or (end_reason.value if end_reason else ""))[:REASON_LENGTH],
    )


def check_application_may_become(application: Application, to: ApplicationState) -> None:
    """Let only a legal step pass.

    Raises:
        WrongState: no act leads from where the application stands to there.
    """
    if not may_change_application(application.state, to.value):
        raise WrongState(
            _("This application is %(state)s, so this cannot be done now.")
            % {"state": application.get_state_display()},
            state=application.state,
            wanted=to.value,
        )


def change_many_applications(
    *,
    applications: Sequence[Application],
    to: ApplicationState,
    actor: str,
    at: datetime,
    end_reason: EndReason | None = None,
) -> None:
    """Move many locked applications to a state in a handful of statements, each with its record.

    Raises:
        WrongState: one of them cannot go there; then none does.
    """
    changes = []
    for application in applications:
        check_application_may_become(application, to)
        changes.append(
            ApplicationStateChange(
                application=application,
                from_state=application.state,
                to_state=to.value,
                at=at,
                by=actor,
                reason=end_reason.value if end_reason else "",
            )
        )
        application.state = to.value
        application.reserved_until = None
        _date_application(application, to, at, end_reason)
    # One value for all of them: what each carried before is in its record.
    Application.objects.filter(pk__in=[application.pk for application in applications]).update(
        **_dates_of(to, at, end_reason), state=to.value, reserved_until=None
    )
    ApplicationStateChange.objects.bulk_create(changes, batch_size=BATCH_SIZE)


def _date_offer(offer: ShareOffer, to: OfferState, at: datetime) -> None:
    """Set or clear the instants that belong to a state; the database refuses them otherwise."""
    if to in {OfferState.DRAFT, OfferState.SUBMITTED}:
        offer.approved_at = None
    elif to is OfferState.OPEN:
        offer.opened_at = offer.opened_at or at
    elif to is OfferState.FAILED:
        offer.failed_at = offer.failed_at or at
        offer.refunded_at = None
    elif to in _DATED:
        setattr(offer, _DATED[to], at)


_DATED = {
    OfferState.APPROVED: "approved_at",
    OfferState.CLOSED: "closed_at",
    OfferState.REFUNDED: "refunded_at",
    OfferState.ALLOTTED: "allotted_at",
}
_WITH_MONEY = frozenset(
    {
        ApplicationState.PAID,
        ApplicationState.ALLOTTED,
        ApplicationState.REFUND_DUE,
        ApplicationState.REFUNDED,
        ApplicationState.CHARGED_BACK,
    }
)
_ENDS = frozenset(
    {
        ApplicationState.LAPSED,
        ApplicationState.CANCELLED,
        ApplicationState.REFUND_DUE,
        ApplicationState.REFUNDED,
        ApplicationState.CHARGED_BACK,
    }
)


def _date_application(
    application: Application, to: ApplicationState, at: datetime, end_reason: EndReason | None
) -> None:
    """Set or clear the instants that belong to a state; the database refuses them otherwise."""
    if to in _WITH_MONEY:
        application.paid_at = application.paid_at or at
    if to is ApplicationState.ALLOTTED:
        application.allotted_at = at
    if to in _ENDS:
        application.ended_at = at
        if end_reason is not None:
            application.end_reason = end_reason.value
    else:
        application.ended_at = None
        application.end_reason = ""


def _dates_of(to: ApplicationState, at: datetime, end_reason: EndReason | None) -> dict[str, Any]:
    """Give the same instants as columns of an UPDATE."""
    dates: dict[str, Any] = {"ended_at": None, "end_reason": ""}
    if to in _ENDS:
        dates = {"ended_at": at} | ({"end_reason": end_reason.value} if end_reason is not None else {})
    if to in _WITH_MONEY:
        dates["paid_at"] = Coalesce(F("paid_at"), Value(at))
    if to is ApplicationState.ALLOTTED:
        dates["allotted_at"] = at
    return dates
