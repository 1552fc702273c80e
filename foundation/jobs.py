"""Long work with visible progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext as _

from core.errors import DomainError
from foundation import registries
from foundation.access import ALLOWED, Actor, Decision, refuse
from foundation.models import Job, JobState

# Says that so much of the whole is done: both in any unit, the whole above zero.
Tell = Callable[[int, int], None]


class JobEnded(DomainError):
    """The job ended otherwise already."""

    code = "jobs.ended"


def start_job(*, kind: str, organisation: str, actor: str, total: int, key: str, at: datetime) -> Job:
    """Begin to count the steps of some work, in the caller's transaction.

    Args:
        kind: Dotted name of the work; `registries.JOB_KINDS` gives its page a title.
        organisation: Public id of the organisation whose officers may watch; empty when none may.
        actor: Reference of who started it, who may watch too.
        total: How many steps there are.
        key: Names the job for ever: a second call gives back the first job.
        at: The present instant.
    """
    job = Job(
        key=key, kind=kind, organisation=organisation, started_by=actor, total=total, started_at=at, changed_at=at
    )
    Job.objects.bulk_create([job], ignore_conflicts=True)
    return Job.objects.get(key=key)


def advance_job(*, job_id: int, done: int, at: datetime) -> None:
    """Say how many steps are done by now, all workers together.

    The count never falls and never passes the total, so workers may report late, twice or out of order. A job
    that ended is left alone.
    """
    Job.objects.filter(pk=job_id, state=JobState.RUNNING).update(
        done=Greatest(F("done"), Least(Value(done), F("total"))), changed_at=at
    )


@contextmanager
def report_progress(*, job_id: int, at: datetime) -> Iterator[Tell]:
    """Give long work in one transaction a way to say how far it is, which others see before the transaction ends.

    It is said on a connection of its own, never waits for anybody, and changes nothing but the count: whether the
    work is done is what its own transaction says.

    Args:
        job_id: Row number of the job, which was committed before.
        at: The present instant.
    """
    own = connection.copy()

    def tell(part: int, whole: int) -> None:
        with own.cursor() as cursor:
            cursor.execute(_TELL, {"job": job_id, "part": part, "whole": whole, "at": at})

    try:
        yield tell
    finally:
        own.close()


def tell_nobody(_part: int, _whole: int) -> None:
    """Where nobody waits for progress."""


_TELL = """
    UPDATE foundation_job
    SET done = greatest(done, least(total, total * %(part)s::bigint / %(whole)s)), changed_at = %(at)s
    WHERE id = (SELECT id FROM foundation_job WHERE id = %(job)s AND state = 'running' FOR UPDATE SKIP LOCKED)
"""


def finish_job(*, job_id: int, at: datetime, result_path: str = "") -> None:
    """End a job well; a second time is harmless.

    Args:
        job_id: Row number of the job.
        at: The present instant.
        result_path: Path of the page that shows the outcome.

    Raises:
        JobEnded: the job failed before.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job_id)
        if job.state == JobState.FINISHED:
            return
        if job.state == JobState.FAILED:
            raise JobEnded(_("This job failed; start it again."), job=job.public_id)
        job.state = JobState.FINISHED
        job.done = job.total
        job.result_path = result_path
        job.changed_at = job.ended_at = at
        job.save()


def fail_job(*, job_id: int, at: datetime, failure: str) -> None:
    """End a job badly; a job that ended is left alone.

    Args:
        job_id: Row number of the job.
        at: The present instant.
        failure: What went wrong and what to do, for the person who waits; no personal data.
    """
    Job.objects.filter(pk=job_id, state=JobState.RUNNING).update(
        state=JobState.FAILED, failure=failure, changed_at=at, ended_at=at
    )


def may_see_job(actor: Actor, job: Job) -> Decision:
    """Say whether somebody may watch a job: who started it, officers of its organisation, and whoever its kind adds."""
    is_starter = not actor.is_anonymous and actor.ref == job.started_by
    is_officer = bool(job.organisation and actor.roles_in(job.organisation) and actor.second_factor)
    if is_starter or is_officer:
        return ALLOWED
    kind = registries.JOB_KINDS.find(job.kind)
    if kind is not None and kind.may_see is not None:
        return kind.may_see(actor, job)
    return refuse(_("This job belongs to another organisation."), "jobs.not_yours")
