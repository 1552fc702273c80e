"""Long reports as PDF: asked for, written by a worker while somebody watches, kept for a few days, then deleted.

# Note [The books as they were when somebody asked]

A worker may start late, or twice. So the report says what had been recorded when it was asked for, and bears that day:
every try writes the same bytes, and what is posted meanwhile belongs to the next report.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from core.errors import DomainError, NotFound
from core.periods import legal_day
from core.reports import Asked
from documents.exports.report_limits import PDF_ROWS, whole_report
from documents.exports.report_pdf import pdf_report
from foundation import audit
from foundation.access import Actor
from foundation.files import store_file
from foundation.jobs import advance_job, fail_job, finish_job, start_job
from foundation.models import Job, JobState, StoredFile
from foundation.outbox import enqueue
from foundation.patience import no_time_limit
from ledger import queries as ledger
from ledger.models import Book
from people.models import Organisation
from treasury.exports import Audience
from treasury.models import ReportFile
from treasury.operations.forgetting import forget_report_files
from treasury.operations.report_records import ReportFormat, read_asked, record_taken, write_asked
from treasury.queries.reports import Window, build_report, get_kind

log = structlog.get_logger(__name__)

JOB: Final = "treasury.report"
TOPIC: Final = "treasury.report"
KEEP: Final = timedelta(days=7)
PATIENCE: Final = timedelta(hours=2)
"""After this time somebody who still waits is told that nothing will come: workers were killed again and again."""

# The figures are read, the pages are set, the file is kept.
_STEPS: Final = 3
_READ: Final = 1
_SET: Final = 2
_FAILURE_LENGTH: Final = 300
_MAX_BYTES: Final = 100_000_000
_KNOWN_LATER: Final = (OperationalError, InterfaceError, OSError)
"""What another try may well get over; the outbox tries again."""


class ReportFileMissing(NotFound):
    """There is no such report any more, or never was."""

    code = "treasury.report_file_missing"


class ReportNotMade(DomainError):
    """The report is still being made, or could not be."""

    code = "treasury.report_not_made"


@transaction.atomic
def ask_for_report(
    *,
    book: Book,
    organisation: Organisation,
    slug: str,
    asked: Asked,
    audience: Audience,
    actor: Actor,
    at: datetime,
    result_path: str,
) -> tuple[Job, ReportFile]:
    """Promise a long report as PDF, and start the job that shows how far it is.

    The same question about the same books gives back the same job for seven days, unless that failed.

    Args:
        book: Of which book.
        organisation: Whose it is.
        slug: Which report.
        asked: Of which days, and so on.
        audience: A person, or another program, which is given references instead of names.
        actor: Who asks, and may watch.
        at: Now; nothing that is recorded later is in the report.
        result_path: Where the file will be had; {report} stands for the public id of the report.
    """
    key = _key(book=book, slug=slug, asked=asked, audience=audience)
    _clear(key, at)
    facts = write_asked(replace(asked, known_at=asked.known_at or at))
    wanted = ReportFile(
        organisation=organisation, book=book, key=key, report=slug, audience=audience.value, asked=facts, asked_at=at
    )
    # Whoever asks the same at the same moment waits here for the other, and is given that job.
    ReportFile.objects.bulk_create([wanted], ignore_conflicts=True)
    row = ReportFile.objects.get(key=key)
    job = start_job(
        kind=JOB, organisation=organisation.public_id, actor=actor.ref, total=_STEPS, key=row.job_key, at=at
    )
    payload = {"report_file": row.public_id, "result_path": result_path.replace("{report}", row.public_id)}
    enqueue(topic=TOPIC, key=row.public_id, payload=payload, at=at)
    if row.public_id == wanted.public_id:
        audit.record(
            actor=actor.ref,
            action="treasury.report_asked",
            at=at,
            organisation=book.organisation,
            subject=book.slug,
            after={"report": slug, "audience": audience.value, **facts, "report_file": row.public_id},
        )
    return job, row


def make_report(*, report_file: str, result_path: str, at: datetime) -> None:
    """Write a report that was asked for, keep it, and end its job, well or badly. Safe to run again.

    Args:
        report_file: Public id of the report.
        result_path: Where the file is had.
        at: Now.
    """
    row = ReportFile.objects.select_related("book", "organisation").filter(public_id=report_file).first()
    job = Job.objects.filter(key=f"treasury.report:{report_file}").first()
    if job is None or not job.is_running:
        return
    if row is None:
        fail_job(job_id=job.pk, at=at, failure=_("This report was given up. Please ask for it again."))
        return
    try:
        content = b"" if row.file_id else _typeset(row, job=job, at=at)
        _keep(row, content, job=job, at=at, result_path=result_path)
    except DomainError as refused:
        fail_job(job_id=job.pk, at=at, failure=refused.message[:_FAILURE_LENGTH])
    except _KNOWN_LATER:
        raise
    except Exception:
        log.exception("report_not_made", subject=report_file)
        failure = _("The PDF could not be made, and we have been told. The CSV file holds the same report.")
        fail_job(job_id=job.pk, at=at, failure=failure)


def take_report_file(*, book: Book, public_id: str, actor: Actor, at: datetime) -> StoredFile:
    """Give a report that a worker wrote, and write down that it was taken.

    Args:
        book: Of which book.
        public_id: Which.
        actor: Who takes it.
        at: When.

    Raises:
        ReportFileMissing: there is none, or it was kept as long as files are kept.
        ReportNotMade: it is still being made, or could not be; `facts["job"]` names its job.
    """
    found = ReportFile.objects.select_related("file").filter(book=book, public_id=public_id, asked_at__gt=at - KEEP)
    row = found.first()
    if row is None:
        raise ReportFileMissing(
            _("There is no such file. Reports are kept for seven days; please ask for it again."), id=public_id
        )
    if row.file is None:
        job = Job.objects.get(key=row.job_key)
        words = job.failure or _("This report is still being made. Please try again in a few seconds.")
        raise ReportNotMade(words, job=job.public_id)
    record_taken(
        book=book,
        slug=row.report,
        asked=row.asked,
        shape=ReportFormat.PDF,
        audience=Audience(row.audience),
        actor=actor,
        at=at,
        file=row.public_id,
    )
    return row.file


def forget_old_reports(*, at: datetime) -> int:
    """Delete reports that were kept for seven days, and say how many; end the jobs of those that never came.

    Args:
        at: Now.
    """
    for row in ReportFile.objects.filter(file=None, asked_at__lte=at - PATIENCE):
        failure = _("The PDF could not be made in time. Please ask again, or take the CSV file.")
        for job in Job.objects.filter(key=row.job_key, state=JobState.RUNNING):
            fail_job(job_id=job.pk, at=at, failure=failure)
    return forget_report_files(ReportFile.objects.filter(asked_at__lte=at - KEEP))


def _clear(key: str, at: datetime) -> None:
    """Make room for another try: a report that failed, or is too old, is asked for anew."""
    row = ReportFile.objects.select_for_update().filter(key=key).first()
    if row is None:
        return
    has_failed = Job.objects.filter(key=row.job_key, state=JobState.FAILED).exists()
    if has_failed or row.asked_at <= at - KEEP:
        forget_report_files(ReportFile.objects.filter(pk=row.pk))


def _key(*, book: Book, slug: str, asked: Asked, audience: Audience) -> str:
    facts: dict[str, Any] = {
        "book": book.slug,
        "report": slug,
        "audience": audience.value,
        "entries": ledger.count_entries(book=book),
        **write_asked(asked),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _typeset(row: ReportFile, *, job: Job, at: datetime) -> bytes:
    with no_time_limit():
        report = whole_report(
            build_report(
                book=row.book,
                slug=row.report,
                asked=read_asked(row.asked),
                window=Window(limit=PDF_ROWS),
                with_names=Audience(row.audience) is Audience.HUMAN,
            ),
            most=PDF_ROWS,
            together=True,
        )
    advance_job(job_id=job.pk, done=_READ, at=at)
    content = pdf_report(
        report,
        organisation_name=row.organisation.name,
        made_on=legal_day(row.asked_at),
        is_wide=get_kind(row.report).is_wide,
    )
    advance_job(job_id=job.pk, done=_SET, at=at)
    return content


@transaction.atomic
def _keep(row: ReportFile, content: bytes, *, job: Job, at: datetime, result_path: str) -> None:
    """Keep the file and end the job; whichever of two workers comes second finds the file there."""
    kept = ReportFile.objects.select_for_update().filter(pk=row.pk).first()
    if kept is None:
        fail_job(job_id=job.pk, at=at, failure=_("This report was given up. Please ask for it again."))
        return
    if kept.file_id is None:
        kept.file = store_file(
            content=content,
            name=f"{row.book.slug}-{row.report}.pdf",
            media_type="application/pdf",
            organisation=row.organisation.public_id,
            at=at,
            max_bytes=_MAX_BYTES,
        )
        kept.save(update_fields=["file"])
    finish_job(job_id=job.pk, at=at, result_path=result_path)
