"""Recording a whole file of results: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.arithmetic.uploads import MAX_BYTES, ResultRow
from bonds.models import EvidenceItem, OutcomeEvent, OutcomesContract, Party
from bonds.operations.result_errors import UploadRefused
from bonds.operations.results import lock_running
from bonds.queries.contracts import get_contract
from bonds.queries.uploads import MOST_LISTED, UploadCheck, check_upload, get_upload, people_by_pseudonym, rows_in
from core.errors import DomainError
from foundation import audit
from foundation.files import read_file, store_file
from foundation.jobs import fail_job, finish_job, start_job
from foundation.models import Job, StoredFile
from foundation.outbox import enqueue

JOB: Final = "bonds.upload"
TOPIC: Final = "bonds.upload"
LONG_BYTES: Final = 150_000
"""With more than this, some four thousand rows, somebody would wait for more than two seconds: it becomes a job."""
CHUNK: Final = 2_000


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What a file brought: its batch, how many results, and whether they were there before."""

    batch: str
    results: int
    replayed: bool


def keep_upload(*, provider: Party, content: bytes, name: str, at: datetime) -> StoredFile:
    """Keep a file of results as it came, in private. It names people by pseudonym only, or it was refused before.

    Args:
        provider: Whose it is.
        content: The whole file, checked by `check_upload`.
        name: As the sender calls it.
        at: Now.

    Raises:
        FileEmpty, FileTooBig, FileTypeRefused: as `store_file`.
    """
    return store_file(
        content=content,
        name=name,
        media_type="text/csv",
        organisation=provider.organisation.public_id,
        at=at,
        max_bytes=MAX_BYTES,
    )


@transaction.atomic
def upload_results(
    *, contract: OutcomesContract, provider: Party, content: bytes, actor: str, at: datetime, today: date
) -> Uploaded:
    """Record every result of a file, or none of them. The same file again adds nothing.

    Args:
        contract: Signed and not closed.
        provider: Whose results they are.
        content: The whole file.
        actor: Reference of who does it.
        at: Now.
        today: The legal day.

    Raises:
        NotRunning: nothing can be recorded under the contract now.
        UploadRefused: something in the file is wrong; `facts["problems"]` lists lines.
    """
    contract = lock_running(contract)
    check = check_upload(contract=contract, provider=provider, content=content, today=today)
    if check.recorded:
        return Uploaded(check.batch, check.recorded, replayed=True)
    if check.problem_count:
        raise refusal(check)
    people = people_by_pseudonym(contract, provider)
    # The file is read again rather than held: a row is forgotten once it is written.
    rows = rows_in(content)
    while chunk := [(row, people[row.person]) for row in islice(rows, CHUNK)]:
        _write(chunk, contract, provider, check.batch, actor=actor, at=at)
    audit.record(
        actor=actor,
        action="bonds.results_uploaded",
        at=at,
        organisation=provider.organisation.public_id,
        subject=contract.public_id,
        after={"batch": check.batch, "results": check.rows},
    )
    return Uploaded(check.batch, check.rows, replayed=False)


def refusal(check: UploadCheck) -> UploadRefused:
    """Make the error that lists what is wrong with a file."""
    first = check.problems[0]
    problems = [{"line": one.line, "problem": one.problem} for one in check.problems]
    return UploadRefused(
        _("The file cannot be used, and nothing was recorded. Line %(line)s: %(problem)s")
        % {"line": first.line, "problem": first.problem},
        problems=problems,
        count=check.problem_count,
        listed=min(check.problem_count, MOST_LISTED),
    )


@transaction.atomic
def begin_upload(
    *,
    contract: OutcomesContract,
    provider: Party,
    file: StoredFile,
    actor: str,
    at: datetime,
    today: date,
    result_path: str,
) -> Uploaded | Job:
    """Record a file's results at once, or begin a job for a long one, which a worker then does.

    Args:
        contract: Signed and not closed.
        provider: Whose results they are.
        file: What came in, as it was kept.
        actor: Reference of who does it.
        at: Now.
        today: The legal day.
        result_path: Where the outcome of a job will be shown.

    Raises:
        NotRunning, UploadRefused: as `upload_results`; a job says them when it ends.
    """
    if file.size_bytes <= LONG_BYTES:
        content = read_file(file)
        return upload_results(contract=contract, provider=provider, content=content, actor=actor, at=at, today=today)
    organisation = provider.organisation.public_id
    key = f"upload:{contract.public_id}:{file.public_id}:{at.isoformat()}"
    job = start_job(kind=JOB, organisation=organisation, actor=actor, total=1, key=key, at=at)
    payload = {
        "job": job.pk,
        "contract": contract.reference,
        "provider": provider.public_id,
        "file": file.public_id,
        "actor": actor,
        "today": today.isoformat(),
        "result_path": result_path,
    }
    enqueue(topic=TOPIC, key=job.public_id, payload=payload, at=at)
    return job


def run_upload(*, payload: dict[str, Any], at: datetime) -> None:
    """Do a long upload and end its job, well or badly. Safe to run again: a file is recorded once.

    Args:
        payload: As `begin_upload` wrote it.
        at: Now.
    """
    contract = get_contract(reference=payload["contract"])
    provider = Party.objects.select_related("organisation").get(contract=contract, public_id=payload["provider"])
    content = read_file(get_upload(provider=provider, public_id=payload["file"]))
    try:
        upload_results(
            contract=contract,
            provider=provider,
            content=content,
            actor=payload["actor"],
            at=at,
            today=date.fromisoformat(payload["today"]),
        )
    except DomainError as refused:
        fail_job(job_id=payload["job"], at=at, failure=refused.message[:300])
    else:
        finish_job(job_id=payload["job"], at=at, result_path=payload["result_path"])


def _write(
    rows: Sequence[tuple[ResultRow, int]],
    contract: OutcomesContract,
    provider: Party,
    batch: str,
    *,
    actor: str,
    at: datetime,
) -> None:
    events = OutcomeEvent.objects.bulk_create(
        [
            OutcomeEvent(
                contract=contract,
                provider=provider,
                participant_id=participant,
                metric=row.metric,
                achieved_on=row.achieved_on,
                quantity=row.quantity,
                batch=batch,
                recorded_by=actor,
                recorded_at=at,
            )
            for row, participant in rows
        ]
    )
    EvidenceItem.objects.bulk_create(
        EvidenceItem(
            participant_id=participant,
            event=event,
            kind=row.evidence,
            dated_on=row.evidence_on,
            reference=row.evidence_number,
            provided_by=actor,
            provided_at=at,
        )
        for event, (row, participant) in zip(events, rows, strict=True)
        if row.evidence
    )
