"""Acts that may be long: a worker does them, all of it or nothing, while a page shows how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from bonds.models import OutcomesContract
from bonds.queries.contracts import get_contract
from core.errors import DomainError
from foundation.access import Actor
from foundation.jobs import Tell, fail_job, finish_job, report_progress, start_job
from foundation.models import Job, JobState
from foundation.outbox import enqueue
from foundation.patience import no_time_limit

Act = Callable[[OutcomesContract, Actor, Tell], object]


def begin_long(
    *,
    topic: str,
    contract: OutcomesContract,
    organisation: str,
    total: int,
    about: str = "",
    facts: Mapping[str, Any] | None = None,
    actor: Actor,
    at: datetime,
    result_path: str,
) -> Job:
    """Begin the job that does an act; whoever asks for the same one meanwhile is given the job that runs already.

    Args:
        topic: Of the outbox; the kind of the job is called so too.
        contract: Whose.
        organisation: Public id of the organisation whose officers may watch.
        total: How much there is to do, in lines or results, one or more.
        about: Names what it is done to, where that is not all of the contract: only of the same it is the same act.
        facts: What the act is told beside the contract and who acts.
        actor: Who acts.
        at: Now.
        result_path: Where the outcome will be shown.
    """
    mine = f"{topic}:{contract.public_id}:{organisation}:{about}:"
    runs = Job.objects.filter(kind=topic, key__startswith=mine, state=JobState.RUNNING).first()
    if runs is not None:
        return runs
    key = f"{mine}{at.isoformat()}"
    job = start_job(kind=topic, organisation=organisation, actor=actor.ref, total=total, key=key, at=at)
    payload = {
        **(facts or {}),
        "job": job.pk,
        "contract": contract.reference,
        "actor": actor.ref,
        "result_path": result_path,
    }
    enqueue(topic=topic, key=job.public_id, payload=payload, at=at)
    return job


def run_long(*, payload: Mapping[str, Any], act: Act, at: datetime) -> None:
    """Do an act and end its job, well or badly: all of it or nothing. A job that ended is left alone.

    Args:
        payload: As `begin_long` wrote it.
        act: Is given the contract, who acts, and a way to tell how far it is.
        at: Now.
    """
    if Job.objects.filter(pk=payload["job"], ended_at__isnull=False).exists():
        return
    contract = get_contract(reference=payload["contract"])
    try:
        with report_progress(job_id=payload["job"], at=at) as tell, no_time_limit(), transaction.atomic():
            act(contract, Actor(ref=payload["actor"]), tell)
            finish_job(job_id=payload["job"], at=at, result_path=payload["result_path"])
    except DomainError as refused:
        fail_job(job_id=payload["job"], at=at, failure=refused.message[:300])
