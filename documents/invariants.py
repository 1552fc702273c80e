"""What must always hold of documents."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.db.models import Count, F, Max, Q

from core.invariants import Invariant
from documents.models import Document, DocumentFile, DocumentSeries
from foundation import files


def find_gaps() -> Iterator[str]:
    """Series whose documents are not numbered 1, 2, 3 up to the counter."""
    counted = Document.objects.order_by().values("organisation_id", "series")
    totals = {
        (row["organisation_id"], row["series"]): (row["count"], row["highest"])
        for row in counted.annotate(count=Count("id"), highest=Max("number"))
    }
    counters = {(row.organisation_id, row.code): row.last_number for row in DocumentSeries.objects.all()}
    for key in sorted(totals.keys() | counters.keys()):
        count, highest = totals.get(key, (0, 0))
        if not count == highest == counters.get(key, 0):
            yield (
                f"series {key[1]} of organisation {key[0]}: {count} documents, highest number {highest}, "
                f"counter {counters.get(key, 0)}"
            )


def find_changed_files() -> Iterator[str]:
    """Files whose stored bytes no longer have the hash that the verify page tells."""
    for made in DocumentFile.objects.select_related("stored_file", "document").iterator():
        try:
            content = files.read_file(made.stored_file)
        except (files.FileDamaged, OSError):
            yield f"{made.document.public_id}: the stored file is lost or was changed"
            continue
        if hashlib.sha256(content).hexdigest() != made.sha256 or len(content) != made.size_bytes:
            yield f"{made.document.public_id}: the stored file does not have the recorded hash"


def find_shared_or_foreign_files() -> Iterator[str]:
    """Stored files that serve two documents, or that are kept for another organisation than the issuer."""
    shared = DocumentFile.objects.values("stored_file").annotate(uses=Count("id")).filter(uses__gt=1)
    foreign = DocumentFile.objects.filter(
        ~Q(stored_file__organisation=F("document__organisation__public_id")) | ~Q(sha256=F("stored_file__sha256"))
    )
    for row in shared:
        yield f"stored file {row['stored_file']} serves {row['uses']} documents"
    for made in foreign.select_related("document"):
        yield f"{made.document.public_id}: its file is kept for another organisation or under another hash"


INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        code="DOC-1",
        statement="The documents of a series are numbered 1, 2, 3 and so on, without a gap or a double.",
        source="design page 4; community-shares 1.3, certificates are numbered",
        enforced_by=("documents_number_once_per_series", "documents_number_is_next"),
        find_violations=find_gaps,
    ),
    Invariant(
        code="DOC-2",
        statement="The stored bytes of every document have the SHA-256 that was recorded when it was made.",
        source="design page 6, trust",
        enforced_by=("documents_documentfile_rows_are_facts", "audit only"),
        find_violations=find_changed_files,
    ),
    Invariant(
        code="DOC-3",
        statement="Every document has at most one file, of its own, kept for the organisation that issued it.",
        source="design page 3, files",
        enforced_by=("documents_documentfile_document_id_key", "audit only"),
        find_violations=find_shared_or_foreign_files,
    ),
)
