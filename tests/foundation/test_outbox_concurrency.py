import threading
import time
from collections import Counter

import pytest

from foundation import outbox, registries
from foundation.models import OutboxMessage, OutboxState
from tests.foundation.things import NOON, at_once

MESSAGES = 30


@pytest.fixture
def delivered(monkeypatch):
    """Count deliveries of a handler that takes a moment, as real ones do."""
    counts = Counter()
    lock = threading.Lock()

    def handler(*, payload, at):
        time.sleep(0.005)
        with lock:
            counts[payload["number"]] += 1

    monkeypatch.setattr(registries.OUTBOX_HANDLERS, "_items", {"tests.race": handler})
    for number in range(MESSAGES):
        outbox.enqueue(topic="tests.race", key=str(number), payload={"number": number}, at=NOON)
    return counts


def drive_to_the_end():
    return outbox.drive(at=NOON, limit=1000)


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_messages_and_deliver_each_once(delivered):
    tried = at_once(drive_to_the_end, drive_to_the_end)

    assert delivered == Counter(range(MESSAGES))
    assert sum(tried) == MESSAGES
    assert min(tried) > 0, "both workers took part: neither waited for the other"
    assert OutboxMessage.objects.filter(state=OutboxState.DONE).count() == MESSAGES


@pytest.mark.django_db(transaction=True)
def test_control_run_without_lock_and_lease_delivers_twice(delivered, monkeypatch):
    def claim_without_lease(*, at, message_id=None):
        return OutboxMessage.objects.filter(state=OutboxState.WAITING).order_by("id").first()

    monkeypatch.setattr(outbox, "claim", claim_without_lease)

    at_once(drive_to_the_end, drive_to_the_end)

    assert max(delivered.values()) > 1


@pytest.mark.django_db(transaction=True)
def test_locked_row_is_skipped_and_not_waited_for(delivered):
    from django.db import transaction

    with transaction.atomic():
        first = OutboxMessage.objects.select_for_update().order_by("id").first()
        [other] = at_once(lambda: outbox.claim(at=NOON))

    assert other is not None
    assert other.pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_two_transactions_that_promise_the_same_work_promise_it_once(delivered):
    def promise():
        return outbox.enqueue(topic="tests.race", key="same", payload={"number": 99}, at=NOON).pk

    first, second = at_once(promise, promise)

    assert first == second
    assert OutboxMessage.objects.filter(key="same").count() == 1
