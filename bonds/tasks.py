"""What runs by itself: claims that nobody answered in time are accepted where the terms say so."""

from __future__ import annotations

from typing import Any

import structlog
from celery import shared_task

from bonds import operations
from bonds.operations.errors import NotDue
from bonds.queries.claims import overdue_claims
from core.errors import DomainError
from foundation import clock

log = structlog.get_logger(__name__)


@shared_task(name="bonds.accept_unanswered")
def accept_unanswered(**_: Any) -> None:
    """Accept the lines whose answer was due before today, each claim for itself.

    A claim that is refused must not keep the others waiting; where silence is no acceptance, nothing happens.
    """
    at = clock.now()
    for claim in overdue_claims(clock.today()):
        try:
            operations.accept_unanswered(claim=claim, at=at)
        except NotDue:
            continue
        except DomainError as refusal:
            log.warning("sweep_refused", what="deemed acceptance", subject=claim.public_id, code=refusal.code)
