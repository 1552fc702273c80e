"""The outbox with a real broker and real worker processes, one of which is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from celery import Celery
from django.conf import settings
from django.db import connections
from kombu import Connection
from kombu.exceptions import OperationalError

from config.embedded.postgres import APP_ROLE, ROOT
from config.embedded.redis import EmbeddedRedis
from foundation import mail, outbox, tasks
from foundation.clock import now
from foundation.models import MailMessage, OutboxMessage, OutboxState
from tests.environment import CLUSTER

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("worker")]


@pytest.fixture
def redis() -> Iterator[EmbeddedRedis]:
    server = EmbeddedRedis()
    yield server
    server.stop()


@pytest.fixture
def mailbox(tmp_path):
    path = tmp_path / "mailbox.txt"
    path.touch()
    return path


@contextmanager
def worker(redis: EmbeddedRedis, mailbox, concurrency: int = 2) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker as production does, on the database of this test."""
    environment = os.environ | {
        "BROKER_URL": redis.url,
        "DATABASE_URL": CLUSTER.url(APP_ROLE, connections["default"].settings_dict["NAME"]),
        "EMAIL_BACKEND": "tests.foundation.mailbox.EmailBackend",
        "TEST_MAILBOX": str(mailbox),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", str(concurrency)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


def queue(subject: str) -> MailMessage:
    """Promise a mail as `queue_mail` does, without a template."""
    at = now()
    made = MailMessage.objects.create(
        key=subject, to="ann@example.org", language="en-gb", template="t", subject=subject, text="t", queued_at=at
    )
    outbox.enqueue(topic=mail.TOPIC, key=subject, payload={"mail": made.public_id}, at=at)
    return made


def nudge(redis: EmbeddedRedis, times: int = 1) -> None:
    with Connection(redis.url) as connection:
        for message_id in [*OutboxMessage.objects.values_list("pk", flat=True)] * times:
            tasks.drive_outbox_message.apply_async(kwargs={"message_id": message_id}, connection=connection)


def wait_until(condition, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def test_workers_do_each_piece_of_work_once_though_each_is_nudged_three_times(redis, mailbox):
    for number in range(20):
        queue(f"Mail {number}")
    nudge(redis, times=3)

    with worker(redis, mailbox):
        wait_until(lambda: not OutboxMessage.objects.exclude(state=OutboxState.DONE).exists())

    assert Counter(mailbox.read_text().splitlines()) == Counter(
        f"{message.subject} <{message.public_id}@commonweal.example>" for message in MailMessage.objects.all()
    )


def test_work_of_a_worker_that_was_killed_is_done_by_another(redis, mailbox, mailoutbox):
    slow = queue("Slow mail")
    nudge(redis)

    with worker(redis, mailbox, concurrency=1) as process:
        wait_until(lambda: mailbox.read_text() != "")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)

    message = OutboxMessage.objects.get()
    assert message.state == OutboxState.RUNNING
    assert outbox.drive(at=now()) == 0, "the lease keeps others away"
    assert outbox.drive(at=message.leased_until) == 1

    slow.refresh_from_db()
    assert slow.state == "sent"
    assert [sent.extra_headers["Message-ID"] for sent in mailoutbox] == [f"<{slow.public_id}@commonweal.example>"]


def test_request_does_not_wait_for_a_broker_that_is_down(monkeypatch):
    down = Celery("down", broker="redis://127.0.0.1:1/0", set_as_current=False)
    down.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    failures = []

    @down.task(name="tests.drive")
    def drive(*, message_id: int) -> None:
        pass

    def publish(**given):
        try:
            drive.apply_async(**given)
        except Exception as failure:
            failures.append(failure)
            raise

    monkeypatch.setattr(tasks.drive_outbox_message, "apply_async", publish)
    monkeypatch.setattr(outbox, "_quiet_until", 0.0)
    begun = time.monotonic()

    outbox.enqueue(topic="tests.topic", key="one", payload={}, at=now())

    assert [type(failure) for failure in failures] == [OperationalError]
    assert time.monotonic() - begun < 5
    assert OutboxMessage.objects.get().state == OutboxState.WAITING
