"""The foundation's Celery tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from celery import shared_task

from foundation import idempotency, invariants, mail, outbox, ratelimits, sealing
from foundation.clock import now

log = structlog.get_logger(__name__)

KEEP_PAYLOADS = timedelta(days=30)
# As long as applications that came to nothing: a complaint about one may rest on what we wrote.
KEEP_MAILS = timedelta(days=400)


@shared_task(name="foundation.drive_outbox_message")
def drive_outbox_message(*, message_id: int, **_: Any) -> None:
    """Do the work of one outbox message, if it is due and nobody else has it."""
    outbox.drive_one(message_id=message_id, at=now())


@shared_task(name="foundation.sweep_outbox")
def sweep_outbox(**_: Any) -> None:
    """Do the work of the messages that no nudge reached."""
    outbox.drive(at=now())


@shared_task(name="foundation.seal_audit")
def seal_audit(**_: Any) -> None:
    """Seal the audit events and log the head of the chain, which leaves the machine with the log."""
    head = sealing.seal(at=now())
    log.info("audit_sealed", sequence=head.sequence, digest=head.digest)


@shared_task(name="foundation.check_invariants")
def check_invariants(**_: Any) -> None:
    """Check what must always hold and log what does not."""
    for finding in invariants.find_all():
        if finding.offenders:
            log.error("invariant_violated", code=finding.invariant.code, violations=len(finding.offenders))


@shared_task(name="foundation.tidy")
def tidy(**_: Any) -> None:
    """Delete what was kept for a while only: stored answers, counters, payloads of done work."""
    at = now()
    log.info("tidied_idempotency", count=idempotency.forget_expired(at=at))
    log.info("tidied_rate_limits", count=ratelimits.forget_old_windows(at=at))
    log.info("tidied_mails", count=mail.forget_old_mails(before=at - KEEP_MAILS))
    log.info("tidied_outbox", count=outbox.forget_done(before=at - KEEP_PAYLOADS))
