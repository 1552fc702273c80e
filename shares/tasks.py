"""What runs by itself: closing offers whose time is over, releasing reservations, driving refunds on."""

from __future__ import annotations

from typing import Any

import structlog
from celery import shared_task

from core.errors import DomainError
from foundation import clock
from foundation.access import system_actor
from shares import operations
from shares.models import Application, ShareOffer
from shares.states import OfferState

log = structlog.get_logger(__name__)
_SWEEP = system_actor("sweep")


@shared_task(name="shares.release_reservations")
def release_reservations(**_: Any) -> None:
    """Give back shares that nobody paid for in time; look after disputes and the refunds of failed offers."""
    at = clock.now()
    for application in Application.objects.reservation_over(at).order_by("pk").iterator():
        _try("reservation", application.public_id, operations.release_reservation, application=application, at=at)
    for application in Application.objects.disputed().order_by("pk"):
        _try("dispute", application.public_id, operations.follow_dispute, application=application, at=at)
    for offer in ShareOffer.objects.filter(state=OfferState.FAILED.value).order_by("pk"):
        operations.refund_failed_offer(offer=offer, actor=_SWEEP.ref, at=at)


@shared_task(name="shares.close_due_offers")
def close_due_offers(**_: Any) -> None:
    """Close the offers whose closing has come; from that instant on nobody can apply, task or no task."""
    at = clock.now()
    for offer in ShareOffer.objects.due_to_close(at).order_by("pk"):
        _try("closing", offer.public_id, operations.close_offer, offer=offer, at=at)


def _try(what: str, subject: str, act: Any, **arguments: Any) -> None:
    """Do one act of a sweep; one that is refused must not keep the others waiting."""
    try:
        act(actor=_SWEEP, **arguments)
    except DomainError as refusal:
        log.warning("sweep_refused", what=what, subject=subject, code=refusal.code)
