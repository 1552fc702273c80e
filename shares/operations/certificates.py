"""Certificates of the shares that a batch allotted."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from documents import operations as document_operations
from documents.models import Document
from foundation.access import Actor
from foundation.models import Job
from shares.models import AllotmentBatch, Application, RegisterEntry
from shares.operations import mails
from shares.queries.applications import CERTIFICATE

# A worker that dies in between leaves whole chunks behind; the next one goes on with the rest.
CHUNK: Final = 500


def issue_certificates(*, batch: AllotmentBatch, actor: Actor, at: datetime) -> Job:
    """Give each register entry of a batch its certificate, numbered in the order of the entries, and have them made.

    Running it again issues nothing twice. The files are made by workers, one message each; the job shows how far
    they are.

    Args:
        batch: Allotted.
        actor: Who allotted.
        at: Now.

    Source: certificates are not required by law (Community Shares Handbook 3.2.13); the society's own record is the
    register.
    """
    organisation = batch.offer.organisation
    entries = list(RegisterEntry.objects.filter(batch=batch).order_by("number").values_list("public_id", flat=True))
    for first in range(0, len(entries), CHUNK):
        with transaction.atomic():
            document_operations.issue_documents(
                kind=CERTIFICATE,
                organisation=organisation,
                subjects=entries[first : first + CHUNK],
                actor=actor,
                at=at,
                issued_on=batch.allotted_on,
                batch=batch.public_id,
            )
    return document_operations.render_later(batch=batch.public_id, organisation=organisation, actor=actor, at=at)


def mail_certificate(*, document: Document, at: datetime) -> None:
    """Send a certificate that was just made to its holder, once; inside the transaction that fixed the file.

    Args:
        document: With its file.
        at: Now.
    """
    entry = RegisterEntry.objects.filter(public_id=document.subject).first()
    if entry is None or entry.application_id is None:
        return
    application = Application.objects.select_related("user", "person", "terms", "offer__organisation").get(
        pk=entry.application_id
    )
    mails.tell(
        application,
        application.offer,
        "certificate",
        key=document.public_id,
        at=at,
        attachments=[document.file.stored_file.public_id],
    )
