"""Reading documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.errors import NotFound
from core.periods import legal_day
from documents.models import Document
from foundation import registries


class DocumentUnknown(NotFound):
    """No document bears this token or id."""

    code = "documents.unknown"


@dataclass(frozen=True)
class Confirmation:
    """What anybody who holds a document may learn of it: never holder or amount.

    Attributes:
        reference: The number as printed.
        title: What kind of document it is.
        society: Who issued it.
        issued_on: The date it bears.
        cancelled_on: The legal day of its cancellation, or None while it counts.
        sha256: Hash of the genuine file, empty until it is made.
        facts: Further public facts of the kind.
    """

    reference: str
    title: str
    society: str
    issued_on: date
    cancelled_on: date | None
    sha256: str
    facts: dict[str, Any]

    @property
    def counts(self) -> bool:
        """Whether the document still counts."""
        return self.cancelled_on is None


def get_document(*, public_id: str) -> Document:
    """Return a document with its organisation, file and cancellation.

    Raises:
        DocumentUnknown: there is none with this id.
    """
    found = Document.objects.select_related("organisation", "file__stored_file", "cancellation")
    document = found.filter(public_id=public_id.replace("\x00", "")).first()
    if document is None:
        raise DocumentUnknown(_("There is no document with this number."))
    return document


def get_confirmation(*, token: str) -> Confirmation:
    """Return what the public may learn of the document that bears a token.

    Raises:
        DocumentUnknown: no document bears it.
    """
    found = Document.objects.select_related("organisation", "file", "cancellation")
    # A token is letters and digits only; anything else is no text that the database could be asked about.
    document = found.filter(token=token).first() if token.isascii() and token.isalnum() else None
    if document is None:
        raise DocumentUnknown(_("We never issued a document with this code."))
    kind = registries.DOCUMENT_KINDS.get(document.kind)
    cancellation = getattr(document, "cancellation", None)
    file = getattr(document, "file", None)
    return Confirmation(
        reference=document.reference,
        title=str(kind.title),
        society=document.organisation.name,
        issued_on=document.issued_on,
        cancelled_on=legal_day(cancellation.cancelled_at) if cancellation else None,
        sha256=file.sha256 if file else "",
        facts=kind.public_facts(document) if kind.public_facts else {},
    )
