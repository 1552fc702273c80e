"""The outbox: a row in the caller's transaction is the truth, the queue only a nudge, a sweep the safety net."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from foundation.models import OutboxMessage

log = structlog.get_logger(__name__)

# After a broker failed once, requests do not try it again for a while: the sweep drives the messages meanwhile.
QUIET_SECONDS = 15.0
_quiet_until = 0.0


class RetryLater(Exception):
    """A handler cannot do its work yet; this is not a failure.

    Args:
        seconds: How long to wait.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds} seconds")
        self.seconds = seconds


def enqueue(
    *, topic: str, key: str, payload: dict[str, Any], at: datetime, not_before: datetime | None = None
) -> OutboxMessage:
    """Promise some work, in the caller's transaction: it will be done if and only if that commits.

    Args:
        topic: Names the handler in `registries.OUTBOX_HANDLERS`.
        key: Names the work within its topic, for ever: a second call gives back the first message.
        payload: Ids for the handler, ready for JSON; personal data stays in the rows they point to.
        at: The present instant.
        not_before: When to do it at the earliest; at once when left out.
    """
    due_at = not_before or at
    OutboxMessage.objects.bulk_create(
        [OutboxMessage(topic=topic, key=key, payload=payload, created_at=at, not_before=due_at)],
        ignore_conflicts=True,
    )
    message = OutboxMessage.objects.get(topic=topic, key=key)
    if message.not_before <= at:
        transaction.on_commit(lambda: nudge(message.pk), robust=True)
    return message


def nudge(message_id: int) -> None:
    """Tell a worker that a message waits; never raises, for the message is safe in the database."""
    global _quiet_until  # noqa: PLW0603  one flag for the process
    if time.monotonic() < _quiet_until:
        return
    from foundation.tasks import drive_outbox_message  # noqa: PLC0415  tasks import this module

    try:
        drive_outbox_message.apply_async(kwargs={"message_id": message_id}, retry=False)
    except Exception:  # noqa: BLE001  whatever a broker's client raises, the request must not fail
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("outbox_nudge_failed", message_id=message_id, exc_info=True)
