"""Who may have the file of a document."""

from __future__ import annotations

from django.utils.translation import gettext as _

from documents.models import Document
from foundation import registries
from foundation.access import Actor, Decision, refuse


def may_download(actor: Actor, document: Document) -> Decision:
    """Ask the room that registered the kind; without an answer from there, nobody may."""
    kind = registries.DOCUMENT_KINDS.get(document.kind)
    if kind.may_download is None:
        return refuse(_("This document is not for download."), "documents.not_for_download")
    return kind.may_download(actor, document)
