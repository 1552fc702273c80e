"""Making: the one file of a document."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from documents.exports.pdf import render_pdf
from documents.exports.qr import qr_data_uri
from documents.models import Document, DocumentFile
from foundation import files, registries

PDF = "application/pdf"


def render_document(*, document_id: int, at: datetime) -> Document:
    """Make the PDF of a document, keep it, and fix its hash; a document that has its file keeps that one.

    The work happens outside the lock. If two workers make the same document at once, they make the same bytes
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
    with transaction.atomic():
        # The row lock makes a second worker wait here, and then find the file.
        Document.objects.select_for_update(of=("self",), no_key=True).get(pk=document.pk)
        made = DocumentFile.objects.filter(document=document).first()
        if made is None:
            stored = files.store_file(
                content=content,
                name=f"{document.reference}.pdf",
                media_type=PDF,
                organisation=document.organisation.public_id,
                at=at,
            )
            made = DocumentFile.objects.create(
                document=document,
                stored_file=stored,
                sha256=stored.sha256,
                size_bytes=len(content),
                rendered_at=at,
            )
            document.file = made
            if kind.made is not None:
                kind.made(document=document, at=at)
        document.file = made
    return document


def verify_address(document: Document) -> str:
    """Give the public address of the page that confirms a document."""
    return f"{settings.PUBLIC_BASE_URL}{reverse('documents:verify', args=[document.token])}"
