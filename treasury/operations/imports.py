"""Taking another system's journal, or opening balances, into the books: all of a file, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import DomainError, InvalidInput
from foundation import audit
from foundation.files import read_file, store_file
from foundation.jobs import fail_job, finish_job, start_job
from foundation.models import Job, StoredFile
from foundation.outbox import enqueue
from ledger import operations as ledger
from ledger.models import Book
from ledger.operations import Line, NewEntry
from people.models import Organisation
from treasury.arithmetic.imports import MAX_BYTES, DateOrder, ImportedJournal, ImportKind, ImportOptions
from treasury.models import JournalImport
from treasury.queries.imports import IMPORTED, OPENED, ImportPreview, batch_of, check_import, get_import_file

AUTHORITY: Final = "finance"
JOB: Final = "treasury.import"
TOPIC: Final = "treasury.import"
LONG_BYTES: Final = 200_000
"""With more than this, some three thousand rows, somebody would wait for more than two seconds: it becomes a job."""


class ImportRefused(InvalidInput):
    """Rows of the file cannot be right; nothing was posted. `facts["problems"]` lists each with its line."""

    code = "treasury.import_refused"


@dataclass(frozen=True, slots=True)
class Imported:
    """The import of a file, and whether it was there before this call."""

    row: JournalImport
    replayed: bool


def keep_file(*, organisation: Organisation, content: bytes, name: str, at: datetime) -> StoredFile:
    """Keep a file of journals or codes as it came, in private.

    Args:
        organisation: Whose it is.
        content: The whole file.
        name: As the sender calls it.
        at: Now.

    Raises:
        FileEmpty, FileTooBig, FileTypeRefused: as `store_file`.
    """
    return store_file(
        content=content,
        name=name,
        media_type="text/csv",
        organisation=organisation.public_id,
        at=at,
        max_bytes=MAX_BYTES,
    )


@transaction.atomic
def import_journals(
    *,
    book: Book,
    organisation: Organisation,
    file: StoredFile,
    mapping_file: StoredFile | None = None,
    options: ImportOptions,
    actor: str,
    at: datetime,
) -> Imported:
    """Post every journal of a file, or none of them. The same file again adds nothing.

    Args:
        book: Into which.
        organisation: Whose it is.
        file: What came in, as it was kept.
        mapping_file: A table from the codes of another system to ours.
        options: How to read the file.
        actor: Reference of who does it.
        at: Now.

    Raises:
        ImportRefused: something in the file is wrong; lists lines.
        LimitExceeded, PeriodClosed, AccountClosed: the books refuse what the file asks.
    """
    content = read_file(file)
    mapping = read_file(mapping_file) if mapping_file else None
    preview = check_import(book=book, content=content, options=options, mapping_content=mapping)
    if preview.earlier is not None:
        return Imported(preview.earlier, replayed=True)
    if preview.problems:
        raise refusal(preview)
    entries = [_entry(one, preview.sha256, options.kind) for one in preview.journals]
    row = JournalImport(
        organisation=organisation,
        book=book,
        file=file,
        mapping_file=mapping_file,
        sha256=preview.sha256,
        kind=options.kind.value,
        dates=options.dates.value,
        commas=options.commas,
        opening_on=options.opening_on,
        suspense=options.suspense,
        rows=preview.rows,
        journals=len(entries),
        imported_by=actor,
        imported_at=at,
    )
    # Whoever takes in the same file at the same moment waits here for the other, and finds it done.
    JournalImport.objects.bulk_create([row], ignore_conflicts=True)
    stored = JournalImport.objects.get(book=book, sha256=preview.sha256)
    if stored.public_id != row.public_id:
        return Imported(stored, replayed=True)
    facts = {"file": preview.sha256, "kind": options.kind.value, "rows": preview.rows, "journals": len(entries)}
    audit.record(
        actor=actor,
        action="treasury.journals_imported",
        at=at,
        organisation=organisation.public_id,
        subject=row.public_id,
        after={"book": book.slug, **facts},
    )
    ledger.post_many(book=book, entries=entries, actor=actor, recorded_at=at)
    return Imported(stored, replayed=False)


def refusal(preview: ImportPreview) -> ImportRefused:
    """Make the error that lists what is wrong with a file."""
    first = preview.problems[0]
    return ImportRefused(
        _("The file cannot be used, and nothing was posted. Line %(line)s: %(problem)s")
        % {"line": first.line, "problem": first.problem},
        problems=[{"line": one.line, "problem": one.problem} for one in preview.problems],
    )


@transaction.atomic
def begin_import(
    *,
    book: Book,
    organisation: Organisation,
    file: StoredFile,
    mapping_file: StoredFile | None,
    options: ImportOptions,
    actor: str,
    at: datetime,
    result_path: str,
) -> Imported | Job:
    """Import a file at once, or begin a job for a long one, which a worker then does.

    Args:
        book: Into which.
        organisation: Whose it is.
        file: What came in, as it was kept.
        mapping_file: A table of codes.
        options: How to read the file.
        actor: Reference of who does it.
        at: Now.
        result_path: Where the outcome of a job will be shown; {import} stands for the import's public id.

    Raises:
        ImportRefused, LimitExceeded, PeriodClosed, AccountClosed: as `import_journals`; a job says them when it ends.
    """
    if file.size_bytes <= LONG_BYTES:
        return import_journals(
            book=book,
            organisation=organisation,
            file=file,
            mapping_file=mapping_file,
            options=options,
            actor=actor,
            at=at,
        )
    key = f"import:{book.slug}:{file.public_id}:{at.isoformat()}"
    job = start_job(kind=JOB, organisation=book.organisation, actor=actor, total=1, key=key, at=at)
    facts = task_facts(book=book, file=file, mapping_file=mapping_file, options=options)
    payload = {"job": job.pk, "facts": facts, "actor": actor, "result_path": result_path}
    enqueue(topic=TOPIC, key=job.public_id, payload=payload, at=at)
    return job


def run_import(*, job_id: int, facts: dict[str, Any], actor: str, at: datetime, result_path: str) -> None:
    """Do a long import and end its job, well or badly. Safe to run again.

    Args:
        job_id: Row number of the job.
        facts: As `task_facts` gives them.
        actor: Reference of who asked for it.
        at: Now.
        result_path: Where the outcome is shown; {import} stands for the import's public id.
    """
    book = Book.objects.get(slug=facts["book"])
    organisation = Organisation.objects.get(public_id=book.organisation)
    file = get_import_file(organisation=book.organisation, public_id=facts["file"])
    mapping = facts["mapping_file"]
    try:
        done = import_journals(
            book=book,
            organisation=organisation,
            file=file,
            mapping_file=get_import_file(organisation=book.organisation, public_id=mapping) if mapping else None,
            options=options_of(facts),
            actor=actor,
            at=at,
        )
    except DomainError as refused:
        fail_job(job_id=job_id, at=at, failure=refused.message[:300])
    else:
        finish_job(job_id=job_id, at=at, result_path=result_path.replace("{import}", done.row.public_id))


def task_facts(
    *, book: Book, file: StoredFile, mapping_file: StoredFile | None, options: ImportOptions
) -> dict[str, Any]:
    """Write down a long import as a message takes it."""
    return {
        "book": book.slug,
        "file": file.public_id,
        "mapping_file": mapping_file.public_id if mapping_file else "",
        "kind": options.kind.value,
        "dates": options.dates.value,
        "commas": options.commas,
        "opening_on": options.opening_on.isoformat() if options.opening_on else "",
        "suspense": options.suspense,
    }


def options_of(facts: dict[str, Any]) -> ImportOptions:
    """Read back how a file is to be read."""
    return ImportOptions(
        kind=ImportKind(facts["kind"]),
        dates=DateOrder(facts["dates"]),
        commas=facts["commas"],
        opening_on=date.fromisoformat(facts["opening_on"]) if facts["opening_on"] else None,
        suspense=facts["suspense"],
    )


def _entry(journal: ImportedJournal, digest: str, kind: ImportKind) -> NewEntry:
    """Name the entry after its file and its reference, so that it is posted once whatever happens."""
    return NewEntry(
        key=f"import:{digest}:{journal.reference}",
        kind=OPENED if kind is ImportKind.OPENING else IMPORTED,
        effective_on=journal.on,
        lines=[Line(**line._asdict()) for line in journal.lines],
        narration=journal.narration,
        reason=journal.reference,
        batch=batch_of(digest),
        authority=AUTHORITY,
    )
