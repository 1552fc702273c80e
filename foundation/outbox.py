"""The outbox: a row in the caller's transaction is the truth, the queue only a nudge, a sweep the safety net."""

from __future__ import annotations

import time
import uuid
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import DomainError
from foundation import registries
from foundation.guards import refuse_in_transaction
from foundation.models import OutboxMessage, OutboxState

log = structlog.get_logger(__name__)

# After a broker failed once, requests do not try it again for a while: the sweep drives the messages meanwhile.
QUIET_SECONDS = 15.0
_quiet_until = 0.0

# Longer than any handler may run. A worker that dies leaves its message until the lease runs out.
LEASE = timedelta(minutes=10)
MAX_FAILURES = 10
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
ERROR_LENGTH = 200


class MessageNotParked(DomainError):
    """Only a parked message can be sent again by hand."""

    code = "outbox.not_parked"


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
    except Exception:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("outbox_nudge_failed", message_id=message_id, exc_info=True)


def drive(*, at: datetime, limit: int = 100) -> int:
    """Do the work of messages that are due, one after the other, and say how many were tried.

    Any number of workers may do this at once: each message is leased to one of them.

    Args:
        at: The present instant.
        limit: How many to try at most.
    """
    for tried in range(limit):
        message = claim(at=at)
        if message is None:
            return tried
        run(message, at=at)
    return limit


def drive_one(*, message_id: int, at: datetime) -> bool:
    """Do the work of one message if it is due and nobody else has it; say whether it was tried."""
    message = claim(at=at, message_id=message_id)
    if message is None:
        return False
    run(message, at=at)
    return True


def claim(*, at: datetime, message_id: int | None = None) -> OutboxMessage | None:
    """Lease a message that is due to the caller, or give None.

    # Note [Two workers]
    The row lock lasts only for this short transaction; SKIP LOCKED lets a second worker take the next row
    instead of waiting. What keeps others away while the handler runs is the lease, which is committed: a
    handler calls mail servers and payment providers, and no lock may be held for that long.
    """
    with transaction.atomic():
        due = OutboxMessage.objects.due(at).select_for_update(skip_locked=True).order_by("not_before", "id")
        message = (due if message_id is None else due.filter(pk=message_id)).first()
        if message is None:
            return None
        if message.state == OutboxState.RUNNING and _count_lost_lease(message):
            return None
        message.state = OutboxState.RUNNING
        message.lease = uuid.uuid4().hex
        message.leased_until = at + LEASE
        message.save()
    return message


def run(message: OutboxMessage, *, at: datetime) -> None:
    """Call the handler of a leased message, outside any transaction, and write down how it went."""
    refuse_in_transaction()
    try:
        registries.OUTBOX_HANDLERS.get(message.topic)(payload=message.payload, at=at)
    except RetryLater as later:
        changes: dict[str, Any] = {
            "state": OutboxState.WAITING,
            "not_before": at + timedelta(seconds=later.seconds),
            "deferrals": message.deferrals + 1,
        }
    except Exception as error:
        log.warning("outbox_handler_failed", topic=message.topic, message_id=message.pk, exc_info=True)
        changes = _after_failure(message, _name_of(error), at)
    else:
        changes = {"state": OutboxState.DONE, "done_at": at, "last_error": ""}
    _release(message, changes)


def retry_parked(*, message_id: int, at: datetime) -> OutboxMessage:
    """Send a parked message again: the reason it failed was put right.

    Raises:
        MessageNotParked: it is not parked.
    """
    changed = OutboxMessage.objects.filter(pk=message_id, state=OutboxState.PARKED).update(
        state=OutboxState.WAITING, failures=0, not_before=at
    )
    if not changed:
        raise MessageNotParked(_("This message is not parked (any more)."))
    transaction.on_commit(lambda: nudge(message_id), robust=True)
    return OutboxMessage.objects.get(pk=message_id)


def forget_done(*, before: datetime) -> int:
    """Empty the payload of messages done before an instant, and say how many there were.

    The row itself stays: its key keeps the same work from being enqueued a second time.
    """
    return (
        OutboxMessage.objects.filter(state=OutboxState.DONE, done_at__lt=before).exclude(payload={}).update(payload={})
    )


def _count_lost_lease(message: OutboxMessage) -> bool:
    """Count a worker that died as a failure; park what has killed too many, and say whether it is parked."""
    message.failures += 1
    message.last_error = "lease ran out"
    if message.failures < MAX_FAILURES:
        return False
    message.state = OutboxState.PARKED
    message.lease, message.leased_until = "", None
    message.save()
    log.error("outbox_message_parked", topic=message.topic, message_id=message.pk, error=message.last_error)
    return True


def _after_failure(message: OutboxMessage, error: str, at: datetime) -> dict[str, Any]:
    """What a failed try changes: a wait that doubles up to an hour, and parking in the end."""
    failures = message.failures + 1
    changes: dict[str, Any] = {"failures": failures, "last_error": error}
    if failures >= MAX_FAILURES:
        log.error("outbox_message_parked", topic=message.topic, message_id=message.pk, error=error)
        return changes | {"state": OutboxState.PARKED}
    wait = min(FIRST_WAIT * 2 ** (failures - 1), LONGEST_WAIT)
    return changes | {"state": OutboxState.WAITING, "not_before": at + wait}


def _release(message: OutboxMessage, changes: dict[str, Any]) -> None:
    """Write the outcome, unless the lease ran out meanwhile and another worker has the message."""
    held = OutboxMessage.objects.filter(pk=message.pk, lease=message.lease)
    if not held.update(lease="", leased_until=None, **changes):
        log.warning("outbox_lease_lost", topic=message.topic, message_id=message.pk)


def _name_of(error: Exception) -> str:
    """The class of an error and its code; the message stays out, for it may name a person."""
    code = f" {error.code}" if isinstance(error, DomainError) else ""
    return f"{type(error).__module__}.{type(error).__qualname__}{code}"[:ERROR_LENGTH]
