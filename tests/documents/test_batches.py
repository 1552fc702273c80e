"""A batch made by workers, with a count that somebody can watch."""

from __future__ import annotations

import pytest

from documents import operations
from documents.handlers import render_from_outbox
from documents.models import DocumentFile
from foundation import registries
from foundation.models import Job, JobState, OutboxMessage
from tests.documents.conftest import AT, SECRETARY, issue, issue_many, made_documents

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(society):
    issue_many(society, ["ent_one", "ent_two", "ent_three"], batch="bat_one")
    return operations.render_later(batch="bat_one", organisation=society, actor=SECRETARY, at=AT)


def run_outbox() -> None:
    for message in OutboxMessage.objects.filter(topic="documents.render"):
        render_from_outbox(payload=message.payload, at=AT)


def test_a_batch_promises_one_message_a_document(batch):
    assert (batch.total, batch.done, batch.state) == (3, 0, JobState.RUNNING)
    assert OutboxMessage.objects.filter(topic="documents.render").count() == 3


def test_promising_again_adds_nothing(batch, society):
    again = operations.render_later(batch="bat_one", organisation=society, actor=SECRETARY, at=AT)

    assert again.pk == batch.pk
    assert OutboxMessage.objects.filter(topic="documents.render").count() == 3


def test_the_job_counts_and_ends(batch):
    states = []
    for message in OutboxMessage.objects.filter(topic="documents.render"):
        render_from_outbox(payload=message.payload, at=AT)
        job = Job.objects.get(pk=batch.pk)
        states.append((job.done, job.state))

    assert states == [(1, "running"), (2, "running"), (3, "finished")]
    assert DocumentFile.objects.count() == 3


def test_a_retry_makes_nothing_twice(batch):
    run_outbox()
    hashes = sorted(DocumentFile.objects.values_list("sha256", flat=True))

    run_outbox()

    assert sorted(DocumentFile.objects.values_list("sha256", flat=True)) == hashes
    assert len(made_documents) == 3
    assert Job.objects.get(pk=batch.pk).state == JobState.FINISHED


def test_a_worker_that_dies_between_file_and_count_leaves_a_job_that_ends(batch, society):
    for message in OutboxMessage.objects.filter(topic="documents.render"):
        row = operations.rendering.Document.objects.get(public_id=message.payload["document"])
        operations.render_document(document_id=row.pk, at=AT)

    run_outbox()

    assert Job.objects.get(pk=batch.pk).state == JobState.FINISHED


def test_a_single_document_needs_no_job(society):
    document = issue(society)

    operations.render_of_batch(document=document.public_id, at=AT)

    assert not Job.objects.exists()


def test_the_outbox_knows_who_makes_documents():
    assert registries.OUTBOX_HANDLERS.get("documents.render") is render_from_outbox
