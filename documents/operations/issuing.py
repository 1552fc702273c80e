"""Issuing: a document gets its number."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from documents.models import Document, DocumentSeries
from foundation import audit, registries
from foundation.access import Actor
from foundation.ids import BITS, encode_base58
from people.models import Organisation

# Note [Numbers without a gap]
#
# A number is taken from the row of its series, under the row's lock, in the same transaction that writes the
# document: if that rolls back, the number is free again. Whoever issues documents should do so last in a
# transaction, because every other issuer of the series waits until it ends. Two callers that both find the row
# missing meet at its unique constraint; the second waits there and then takes the lock like everybody else.


@transaction.atomic
def issue_documents(
    *,
    kind: str,
    organisation: Organisation,
    subjects: Sequence[str],
    actor: Actor,
    at: datetime,
    issued_on: date,
    batch: str = "",
    language: str = "en-gb",
) -> list[Document]:
    """Give each subject a document with the next number of the series; the files are made afterwards.

    A subject that already has a document of the kind which was not cancelled keeps that one, so the act may be
    repeated. Call it late in a transaction: the series is locked until it ends.

    Args:
        kind: As registered in `foundation.registries.DOCUMENT_KINDS`.
        organisation: Who issues; the numbers count within it.
        subjects: Opaque references, at most 80 characters each, in the order of the numbers to be given.
        actor: Who asks.
        at: The present instant.
        issued_on: The date that the documents bear.
        batch: Opaque reference of the act that issues them together.
        language: Language of the documents.

    Returns:
        The documents in the order of the subjects.

    Raises:
        core.registry.NotRegistered: nobody registered the kind.
    """
    series = _lock_series(organisation=organisation, code=registries.DOCUMENT_KINDS.get(kind).series)
    current = _latest_editions(kind=kind, subjects=subjects)
    new: list[Document] = []
    for subject in dict.fromkeys(subjects):
        latest = current.get(subject)
        if latest is not None and not hasattr(latest, "cancellation"):
            continue
        document = _next_document(series, latest, kind=kind, subject=subject)
        document.issued_on, document.issued_by, document.recorded_at = issued_on, actor.ref, at
        document.batch, document.language = batch, language
        new.append(document)
        current[subject] = document
    if new:
        _write(series, new, actor=actor, at=at)
    return [current[subject] for subject in subjects]


def _next_document(series: DocumentSeries, latest: Document | None, *, kind: str, subject: str) -> Document:
    """Take the next number of a locked series for a document, not written yet."""
    series.last_number += 1
    return Document(
        kind=kind,
        organisation=series.organisation,
        series=series.code,
        number=series.last_number,
        token=encode_base58(secrets.randbits(BITS)),
        subject=subject,
        edition=latest.edition + 1 if latest else 1,
    )


def _write(series: DocumentSeries, new: list[Document], *, actor: Actor, at: datetime) -> None:
    """Write documents and the counter of their locked series, and note the act."""
    Document.objects.bulk_create(new)
    series.save(update_fields=["last_number"])
    audit.record(
        actor=actor.ref,
        action="documents.issue",
        at=at,
        organisation=series.organisation.public_id,
        subject=new[0].batch or new[0].public_id,
        after={"kind": new[0].kind, "first": new[0].reference, "last": new[-1].reference, "count": len(new)},
    )


def issue_document(
    *,
    kind: str,
    organisation: Organisation,
    subject: str,
    actor: Actor,
    at: datetime,
    issued_on: date,
    language: str = "en-gb",
) -> Document:
    """Give one subject a document with the next number of the series; see `issue_documents`.

    Raises:
        core.registry.NotRegistered: nobody registered the kind.
    """
    [document] = issue_documents(
        kind=kind,
        organisation=organisation,
        subjects=[subject],
        actor=actor,
        at=at,
        issued_on=issued_on,
        language=language,
    )
    return document


def _lock_series(*, organisation: Organisation, code: str) -> DocumentSeries:
    """Lock the counter of a series, made on first use. See Note [Numbers without a gap]."""
    DocumentSeries.objects.bulk_create([DocumentSeries(organisation=organisation, code=code)], ignore_conflicts=True)
    series = DocumentSeries.objects.select_for_update().get(organisation=organisation, code=code)
    series.organisation = organisation
    return series


def _latest_editions(*, kind: str, subjects: Sequence[str]) -> dict[str, Document]:
    """Find the newest document of each subject, with its cancellation, in one query."""
    found = (
        Document.objects.filter(kind=kind, subject__in=subjects)
        .select_related("cancellation")
        .order_by("subject", "edition")
    )
    return {document.subject: document for document in found}
