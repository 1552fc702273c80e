"""What the room does: issue a document, make its file, watch a batch being made, cancel."""

from documents.operations.batches import render_later, render_of_batch
from documents.operations.cancelling import AlreadyCancelled, cancel_document
from documents.operations.issuing import issue_document, issue_documents
from documents.operations.rendering import make_document, render_document

__all__ = [
    "AlreadyCancelled",
    "cancel_document",
    "issue_document",
    "issue_documents",
    "make_document",
    "render_document",
    "render_later",
    "render_of_batch",
]
