"""Cancelling: a document no longer counts; its number stays taken."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import DomainError
from documents.models import Document, DocumentCancellation
from foundation import audit
from foundation.access import Actor


class AlreadyCancelled(DomainError):
    """The document was cancelled before."""

    code = "documents.already_cancelled"
    kind = "conflict"


@transaction.atomic
def cancel_document(*, document: Document, actor: Actor, reason: str, at: datetime) -> DocumentCancellation:
    """Say that a document no longer counts; the page that confirms it says so from now on.

    Args:
        document: The document; its number is not given again.
        actor: Who cancels.
        reason: Why, without personal data; it is shown to officers, not on the public page.
        at: The present instant.

    Raises:
        AlreadyCancelled: it was cancelled before.
    """
    try:
        with transaction.atomic():
            cancellation = DocumentCancellation.objects.create(
                document=document, reason=reason, cancelled_by=actor.ref, cancelled_at=at
            )
    except IntegrityError:
        raise AlreadyCancelled(
            _("%(document)s was cancelled before.") % {"document": document.reference}, document=document.public_id
        ) from None
    audit.record(
        actor=actor.ref,
        action="documents.cancel",
        at=at,
        organisation=document.organisation.public_id,
        subject=document.public_id,
        reason=reason,
    )
    return cancellation
