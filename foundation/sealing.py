"""The chain over the audit events: sealed off the hot path, verified by anybody who can read it.

# Note [Chain of digests]
Each seal holds SHA-256 over the digest of the seal before it and the fields of one event, each field as its
length in eight bytes followed by its bytes, so that no two events give the same bytes. An event is sealed after
it is committed, in the order in which it is found; what was changed, taken out, put in between or reordered since
does not fit the chain any more. A chain that was cut off at its end or written anew as a whole still verifies in
itself: whoever keeps a head (`seal_audit` prints it) sees that too, by asking for it with `expected_head`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction

from foundation.models import AuditEvent, AuditSeal

BATCH = 1000
SEALING_LOCK = 7_203_517
_LENGTH_BYTES = 8


@dataclass(frozen=True)
class Head:
    """The last seal: its number and its digest; sequence 0 when nothing is sealed."""

    sequence: int
    digest: str


def get_head() -> Head:
    """Give the end of the chain as it stands."""
    last = AuditSeal.objects.order_by("-sequence").first()
    return Head(last.sequence, last.digest) if last else Head(0, "")


def seal(*, at: datetime, limit: int | None = None) -> Head:
    """Seal the events that are not sealed yet, and give the new head.

    Args:
        at: The present instant.
        limit: How many to seal at most; all when left out.
    """
    sealed = 0
    while limit is None or sealed < limit:
        count = _seal_batch(at, BATCH if limit is None else min(BATCH, limit - sealed))
        sealed += count
        if count < BATCH:
            break
    return get_head()


def digest_of(event: AuditEvent, previous_digest: str) -> str:
    """Compute the digest of an event as the next link after `previous_digest`."""
    digest = hashlib.sha256()
    for part in _canonical_fields(event, previous_digest):
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(_LENGTH_BYTES, "big"))
        digest.update(encoded)
    return digest.hexdigest()


def verify(*, expected_head: Head | None = None) -> list[str]:
    """Walk the whole chain and list what does not fit; an empty list means that nothing was changed.

    Args:
        expected_head: A head that was kept elsewhere: the chain has to contain it.
    """
    return list(_walk(expected_head))


def _walk(expected_head: Head | None) -> Iterator[str]:
    previous, sequence = "", 0
    was_seen = expected_head is None or expected_head.sequence == 0
    for link in AuditSeal.objects.order_by("sequence").select_related("event").iterator(chunk_size=BATCH):
        sequence += 1
        if link.sequence != sequence:
            yield f"seals {sequence} to {link.sequence - 1} are missing"
            sequence = link.sequence
        if link.previous_digest != previous:
            yield f"seal {sequence} does not follow the seal before it"
        if digest_of(link.event, link.previous_digest) != link.digest:
            yield f"event {link.event_id} is not what was sealed as {sequence}"
        if expected_head == Head(sequence, link.digest):
            was_seen = True
        previous = link.digest
    if not was_seen and expected_head is not None:
        yield f"the chain does not contain the head kept as {expected_head.sequence}:{expected_head.digest}"


def _seal_batch(at: datetime, limit: int) -> int:
    """Seal some events in one transaction; sealers wait for each other, writers of events for nobody."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALING_LOCK])
        head = get_head()
        events = list(AuditEvent.objects.filter(seal__isnull=True).order_by("id")[:limit])
        AuditSeal.objects.bulk_create(_links(events, head, at))
    return len(events)


def _links(events: Iterable[AuditEvent], head: Head, at: datetime) -> Iterator[AuditSeal]:
    previous, sequence = head.digest, head.sequence
    for event in events:
        sequence += 1
        digest = digest_of(event, previous)
        yield AuditSeal(sequence=sequence, event=event, previous_digest=previous, digest=digest, sealed_at=at)
        previous = digest


def _canonical_fields(event: AuditEvent, previous_digest: str) -> Iterator[str]:
    yield "commonweal audit 1"
    yield previous_digest
    yield str(event.pk)
    yield event.at.astimezone(UTC).isoformat(timespec="microseconds")
    yield event.actor
    yield event.action
    yield event.organisation
    yield event.subject
    yield _canonical_json(event.before)
    yield _canonical_json(event.after)
    yield event.reason
    yield event.request_id


def _canonical_json(facts: object) -> str:
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
