"""Closing a sample in which many lines do not stand: a worker does it, all of it or nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from bonds.models import OutcomesContract, Party, SampleClosing, SampleFinding, SampleRun
from bonds.operations.long_acts import begin_long, run_long
from bonds.operations.sampling import check_closable, close_sample
from foundation.access import Actor
from foundation.jobs import Tell
from foundation.models import Job

TOPIC: Final = "bonds.close_sample"
LONG_LINES: Final = 100
"""With more lines to take back than this somebody would wait for more than two seconds: it becomes a job."""


@transaction.atomic
def begin_sample_closing(
    *, sample: SampleRun, verifier: Party, actor: Actor, at: datetime, result_path: str
) -> SampleClosing | Job:
    """Close a sample at once, or begin a job where many lines do not stand. What stands in the way is said now.

    Args:
        sample: With a finding for each drawn line.
        verifier: Who looked.
        actor: Who acts.
        at: Now.
        result_path: Where the sample will be shown.

    Raises:
        NotTheVerifier, SampleClosed, SampleIncomplete: as `close_sample`; a job that finds one of them when its turn
            comes says so.
    """
    count = SampleFinding.objects.filter(item__sample=sample, is_valid=False).count()
    if count <= LONG_LINES:
        return close_sample(sample=sample, verifier=verifier, actor=actor, at=at)
    check_closable(sample, sample.contract, verifier, at=at)
    return begin_long(
        topic=TOPIC,
        contract=sample.contract,
        organisation=verifier.organisation.public_id,
        total=count,
        about=sample.public_id,
        facts={"sample": sample.public_id, "verifier": verifier.public_id},
        actor=actor,
        at=at,
        result_path=result_path,
    )


def run_sample_closing(*, payload: dict[str, Any], at: datetime) -> None:
    """Close the sample and end the job, well or badly. A job that ended is left alone.

    Args:
        payload: As `begin_sample_closing` wrote it.
        at: Now.
    """

    def close(contract: OutcomesContract, actor: Actor, tell: Tell) -> None:
        sample = SampleRun.objects.get(contract=contract, public_id=payload["sample"])
        verifier = Party.objects.select_related("organisation").get(contract=contract, public_id=payload["verifier"])
        close_sample(sample=sample, verifier=verifier, actor=actor, at=at, tell=tell)

    run_long(payload=payload, act=close, at=at)
