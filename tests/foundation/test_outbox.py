from datetime import timedelta

import pytest
from django.db import transaction

from core.errors import Unavailable
from foundation import outbox, registries, tasks
from foundation.models import OutboxMessage, OutboxState
from tests.foundation.things import NOON

TOPIC = "tests.topic"


@pytest.fixture
def calls(monkeypatch):
    """Register a handler that notes its calls, for this test only."""
    noted = []
    monkeypatch.setattr(registries.OUTBOX_HANDLERS, "_items", {TOPIC: lambda **given: noted.append(given)})
    return noted


def register(monkeypatch, handler):
    monkeypatch.setattr(registries.OUTBOX_HANDLERS, "_items", {TOPIC: handler})


def enqueue(key="one", **given):
    return outbox.enqueue(topic=TOPIC, key=key, payload={"id": key}, at=NOON, **given)


@pytest.mark.django_db
def test_handler_gets_payload_and_instant_once(calls):
    message = enqueue()

    assert outbox.drive(at=NOON) == 1
    assert outbox.drive(at=NOON) == 0

    message.refresh_from_db()
    assert calls == [{"payload": {"id": "one"}, "at": NOON}]
    assert (message.state, message.done_at, message.failures) == (OutboxState.DONE, NOON, 0)


@pytest.mark.django_db
def test_second_enqueue_gives_back_the_first_message_even_when_done(calls):
    first = enqueue()
    outbox.drive(at=NOON)

    again = outbox.enqueue(topic=TOPIC, key="one", payload={"id": "other"}, at=NOON)

    assert again.pk == first.pk
    assert again.payload == {"id": "one"}
    assert outbox.drive(at=NOON) == 0
    assert len(calls) == 1


@pytest.mark.django_db
def test_message_goes_with_the_transaction_that_promised_it(calls):
    with transaction.atomic():
        enqueue()
        transaction.set_rollback(True)

    assert outbox.drive(at=NOON) == 0
    assert calls == []


@pytest.mark.django_db
def test_message_waits_for_its_time(calls):
    enqueue(not_before=NOON + timedelta(minutes=5))

    assert outbox.drive(at=NOON + timedelta(minutes=5) - timedelta(microseconds=1)) == 0
    assert outbox.drive(at=NOON + timedelta(minutes=5)) == 1
    assert len(calls) == 1


@pytest.mark.django_db
def test_messages_go_in_the_order_of_their_times(calls):
    enqueue("late", not_before=NOON + timedelta(seconds=2))
    enqueue("early", not_before=NOON + timedelta(seconds=1))

    outbox.drive(at=NOON + timedelta(seconds=2))

    assert [call["payload"]["id"] for call in calls] == ["early", "late"]


@pytest.mark.django_db
def test_failure_is_tried_again_after_a_wait_that_doubles_and_is_parked_in_the_end(monkeypatch):
    def fail(**_given):
        raise Unavailable("The bank of Ms Smith does not answer.")

    register(monkeypatch, fail)
    message = enqueue()
    waits = []
    at = NOON
    for _ in range(outbox.MAX_FAILURES):
        assert outbox.drive(at=at) == 1
        message.refresh_from_db()
        if message.state == OutboxState.WAITING:
            waits.append(int((message.not_before - at).total_seconds()))
            assert outbox.drive(at=message.not_before - timedelta(seconds=1)) == 0
            at = message.not_before

    assert waits == [15, 30, 60, 120, 240, 480, 960, 1920, 3600]
    assert (message.state, message.failures) == (OutboxState.PARKED, 10)
    assert message.last_error == "core.errors.Unavailable unavailable"
    assert list(OutboxMessage.objects.parked()) == [message]
    assert outbox.drive(at=at + timedelta(days=365)) == 0


@pytest.mark.django_db
def test_one_failure_does_not_hold_up_the_next_message(monkeypatch):
    seen = []

    def handler(*, payload, at):
        seen.append(payload["id"])
        if payload["id"] == "bad":
            raise ValueError

    register(monkeypatch, handler)
    enqueue("bad")
    enqueue("good")

    outbox.drive(at=NOON)

    assert seen == ["bad", "good"]
    assert OutboxMessage.objects.get(key="good").state == OutboxState.DONE


@pytest.mark.django_db
def test_waiting_is_no_failure(monkeypatch):
    def later(**_given):
        raise outbox.RetryLater(90)

    register(monkeypatch, later)
    message = enqueue()

    outbox.drive(at=NOON)

    message.refresh_from_db()
    assert (message.state, message.failures, message.deferrals) == (OutboxState.WAITING, 0, 1)
    assert message.not_before == NOON + timedelta(seconds=90)


@pytest.mark.django_db
def test_topic_that_nobody_handles_is_a_failure_and_not_lost(monkeypatch):
    monkeypatch.setattr(registries.OUTBOX_HANDLERS, "_items", {})
    message = enqueue()

    outbox.drive(at=NOON)

    message.refresh_from_db()
    assert (message.state, message.failures) == (OutboxState.WAITING, 1)
    assert message.last_error == "core.registry.NotRegistered"


@pytest.mark.django_db
def test_parked_message_is_sent_again_by_hand(calls):
    message = enqueue()
    OutboxMessage.objects.update(state=OutboxState.PARKED, failures=10)

    outbox.retry_parked(message_id=message.pk, at=NOON)
    outbox.drive(at=NOON)

    assert len(calls) == 1
    with pytest.raises(outbox.MessageNotParked):
        outbox.retry_parked(message_id=message.pk, at=NOON)


@pytest.mark.django_db
def test_message_of_a_dead_worker_is_taken_over_when_its_lease_runs_out(calls):
    message = enqueue()
    dead = outbox.claim(at=NOON)

    assert dead.pk == message.pk
    assert outbox.drive(at=NOON + outbox.LEASE - timedelta(seconds=1)) == 0
    assert outbox.drive(at=NOON + outbox.LEASE) == 1

    message.refresh_from_db()
    assert (message.state, message.failures) == (OutboxState.DONE, 1)
    assert len(calls) == 1


@pytest.mark.django_db
def test_message_that_kills_its_workers_is_parked(calls):
    message = enqueue()
    at = NOON
    for _ in range(outbox.MAX_FAILURES):
        assert outbox.claim(at=at) is not None
        at += outbox.LEASE

    assert outbox.claim(at=at) is None

    message.refresh_from_db()
    assert message.state == OutboxState.PARKED
    assert message.last_error == "lease ran out"
    assert calls == []


@pytest.mark.django_db
def test_worker_that_lost_its_lease_does_not_write_over_the_other(calls):
    message = enqueue()
    slow = outbox.claim(at=NOON)
    outbox.drive(at=NOON + outbox.LEASE)

    outbox.run(slow, at=NOON + outbox.LEASE * 2)

    message.refresh_from_db()
    assert (message.state, message.done_at) == (OutboxState.DONE, NOON + outbox.LEASE)


@pytest.mark.django_db
def test_handler_is_never_called_inside_a_transaction(calls):
    enqueue()

    with pytest.raises(RuntimeError, match="inside a transaction"), transaction.atomic():
        outbox.drive(at=NOON)

    assert calls == []


@pytest.mark.django_db
def test_commit_nudges_a_worker_with_the_id(monkeypatch, django_capture_on_commit_callbacks):
    nudged = []
    monkeypatch.setattr(outbox, "_quiet_until", 0.0)
    monkeypatch.setattr(tasks.drive_outbox_message, "apply_async", lambda **given: nudged.append(given))

    with django_capture_on_commit_callbacks(execute=True):
        message = enqueue()
        enqueue("later", not_before=NOON + timedelta(hours=1))

    assert nudged == [{"kwargs": {"message_id": message.pk}, "retry": False}]


@pytest.mark.django_db
def test_broker_that_is_down_is_left_alone_for_a_while_and_never_fails_the_request(
    monkeypatch, django_capture_on_commit_callbacks, calls
):
    tried = []

    def refuse(**given):
        tried.append(given)
        raise ConnectionRefusedError

    monkeypatch.setattr(outbox, "_quiet_until", 0.0)
    monkeypatch.setattr(tasks.drive_outbox_message, "apply_async", refuse)

    with django_capture_on_commit_callbacks(execute=True):
        enqueue("one")
        enqueue("two")

    assert len(tried) == 1
    assert outbox.drive(at=NOON) == 2
    assert len(calls) == 2


@pytest.mark.django_db
def test_payloads_of_done_work_are_emptied_and_the_keys_stay(calls):
    message = enqueue()
    waiting = enqueue("two", not_before=NOON + timedelta(days=60))
    outbox.drive(at=NOON)

    assert outbox.forget_done(before=NOON) == 0
    assert outbox.forget_done(before=NOON + timedelta(days=30)) == 1

    message.refresh_from_db()
    waiting.refresh_from_db()
    assert (message.payload, waiting.payload) == ({}, {"id": "two"})
    assert enqueue().pk == message.pk
