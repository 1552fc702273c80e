"""Making: the one file of a document."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from documents.exports.pdf import render_pdf
from documents.exports.qr import qr_data_uri
from documents.models import Document, DocumentFile
from documents.operations.issuing import issue_document
from foundation import files, registries
from foundation.access import Actor
from people.models import Organisation

PDF = "application/pdf"


def render_document(*, document_id: int, at: datetime) -> Document:
    """Make the PDF of a document, keep it, and fix its hash; a document that has its file keeps that one.

    No lock is held. If two workers make the same document at once, they make the same bytes
    (see Note [Same document, same bytes]), one row is written and both return it.

    Args:
        document_id: Row number of the document.
        at: The present instant.

    Returns:
        The document with its `file`.

    Raises:
        Document.DoesNotExist: there is no such document.
        weasyprint.urls.FatalURLFetchingError: the template asks for something that is not shipped with it.
    """
    document = Document.objects.select_related("organisation", "file").get(pk=document_id)
    if hasattr(document, "file"):
        return document
    kind = registries.DOCUMENT_KINDS.get(document.kind)
    address = verify_address(document)
    with translation.override(document.language):
        html = render_to_string(
            kind.template,
            {
                **kind.context(document.subject),
                "document": document,
                "organisation": document.organisation,
                "verify_url": address,
                "qr": qr_data_uri(address),
            },
        )
    content = render_pdf(html, made_on=document.issued_on)
    try:
        _fix_file(document, kind, content, at)
    except IntegrityError:
        # Another worker was quicker: the constraint let it win, and the bytes are the same.
        return Document.objects.select_related("organisation", "file").get(pk=document_id, file__isnull=False)
    return document


@transaction.atomic
def _fix_file(document: Document, kind: registries.DocumentKind, content: bytes, at: datetime) -> None:
    """Keep the bytes, fix their hash and tell the room that registered the kind; all once, or not at all."""
    stored = files.store_file(
        content=content,
        name=kind.file_name(document) if kind.file_name else f"{document.reference}.pdf",
        media_type=PDF,
        organisation=document.organisation.public_id,
        at=at,
    )
    document.file = DocumentFile.objects.create(
        document=document,
        stored_file=stored,
        sha256=stored.sha256,
        size_bytes=len(content),
        rendered_at=at,
    )
    if kind.made is not None:
        kind.made(document=document, at=at)


def verify_address(document: Document) -> str:
    """Give the public address of the page that confirms a document."""
    return f"{settings.PUBLIC_BASE_URL}{reverse('documents:verify', args=[document.token])}"


def make_document(
    *, kind: str, organisation: Organisation, subject: str, actor: Actor, at: datetime, issued_on: date
) -> Document:
    """Issue one document and make its file at once, for somebody who waits for it.

    Args:
        kind: As registered in `foundation.registries.DOCUMENT_KINDS`.
        organisation: Who issues.
        subject: Opaque reference.
        actor: Who asks.
        at: The present instant.
        issued_on: The date that it bears.

    Raises:
        core.registry.NotRegistered: nobody registered the kind.
    """
    document = issue_document(
        kind=kind, organisation=organisation, subject=subject, actor=actor, at=at, issued_on=issued_on
    )
    return render_document(document_id=document.pk, at=at)
