"""A batch of documents, made by workers while somebody watches."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from documents.models import Document
from documents.operations.rendering import render_document
from foundation import jobs, outbox
from foundation.access import Actor
from foundation.models import Job
from people.models import Organisation

TOPIC = "documents.render"
MAKING = "documents.making"


@transaction.atomic
def render_later(*, batch: str, organisation: Organisation, actor: Actor, at: datetime) -> Job:
    """Promise that every document of a batch will be made, and start the job that shows how far it is.

    The batch is complete when this is called. Calling it again gives back the same job.

    Args:
        batch: The reference under which the documents were issued.
        organisation: Who issued them.
        actor: Who asks, and may watch.
        at: The present instant.
    """
    documents = list(Document.objects.in_batch(batch).filter(organisation=organisation).only("public_id"))
    job = jobs.start_job(
        kind=MAKING,
        organisation=organisation.public_id,
        actor=actor.ref,
        total=len(documents),
        key=_job_key(batch),
        at=at,
    )
    for document in documents:
        outbox.enqueue(topic=TOPIC, key=document.public_id, payload={"document": document.public_id}, at=at)
    return job


def render_of_batch(*, document: str, at: datetime) -> Document:
    """Make one document and move the job of its batch on; safe to run again and in several workers at once.

    Args:
        document: Public id of the document.
        at: The present instant.

    Raises:
        Document.DoesNotExist: there is no such document.
    """
    row = Document.objects.get(public_id=document)
    made = render_document(document_id=row.pk, at=at)
    if row.batch:
        _show_progress(batch=row.batch, at=at)
    return made


def _show_progress(*, batch: str, at: datetime) -> None:
    """Count what is made. The worker that commits last counts the whole, so the job always ends."""
    job = Job.objects.filter(key=_job_key(batch)).first()
    if job is None or not job.is_running:
        return
    done = Document.objects.in_batch(batch).filter(file__isnull=False).count()
    jobs.advance_job(job_id=job.pk, done=done, at=at)
    if done >= job.total:
        jobs.finish_job(job_id=job.pk, at=at)


def _job_key(batch: str) -> str:
    return f"{TOPIC}:{batch}"
