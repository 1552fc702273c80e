"""Submitting a claim of many lines: a worker does it, all of it or nothing, while a page shows how far it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from bonds.models import Claim, ClaimLine, OutcomesContract
from bonds.operations.claiming import read_submittable, submit_claim
from bonds.operations.long_acts import begin_long, run_long
from bonds.states import LineState
from core.periods import legal_day
from foundation.access import Actor
from foundation.jobs import Tell
from foundation.models import Job

TOPIC: Final = "bonds.submit_claim"
LONG_LINES: Final = 500
"""With more lines than this somebody would wait for more than two seconds: it becomes a job."""


@transaction.atomic
def begin_submission(*, claim: Claim, actor: Actor, at: datetime, result_path: str) -> Claim | Job:
    """Submit a claim at once, or begin a job where it has many lines. What stands in the way is said now.

    Args:
        claim: A draft.
        actor: Who acts for the provider.
        at: Now.
        result_path: Where the claim will be shown.

    Raises:
        NotRunning, WrongState, NothingToClaim, LinesRefused: as `submit_claim`; a job that finds one of them when its
            turn comes says so.
    """
    count = ClaimLine.objects.filter(claim=claim, state=LineState.DRAFT.value).count()
    if count <= LONG_LINES:
        return submit_claim(claim=claim, actor=actor, at=at)
    read_submittable(claim.contract, claim, on=legal_day(at))
    return begin_long(
        topic=TOPIC,
        contract=claim.contract,
        organisation=claim.provider.organisation.public_id,
        total=count,
        about=claim.public_id,
        facts={"claim": claim.public_id},
        actor=actor,
        at=at,
        result_path=result_path,
    )


def run_submission(*, payload: dict[str, Any], at: datetime) -> None:
    """Submit the claim and end the job, well or badly. A job that ended is left alone.

    Args:
        payload: As `begin_submission` wrote it.
        at: Now.
    """

    def submit(contract: OutcomesContract, actor: Actor, tell: Tell) -> None:
        claim = Claim.objects.get(contract=contract, public_id=payload["claim"])
        submit_claim(claim=claim, actor=actor, at=at, tell=tell)

    run_long(payload=payload, act=submit, at=at)
