"""Sharing out cash where much that providers are due has to be booked first: a worker does it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from bonds.models import OutcomesContract, WaterfallRun
from bonds.operations.distributing import distribute, work_out_run
from bonds.operations.investor_errors import check_seen
from bonds.operations.long_acts import begin_long, run_long
from bonds.operations.provider_dues import LONG_COUNT
from bonds.queries.provider_dues import count_unseen
from core.periods import legal_day
from foundation.access import Actor
from foundation.jobs import Tell
from foundation.models import Job

TOPIC: Final = "bonds.share_out"


@transaction.atomic
def begin_sharing_out(
    *,
    contract: OutcomesContract,
    monthly_cost_pence: int = 0,
    seen: str = "",
    actor: Actor,
    at: datetime,
    result_path: str,
) -> WaterfallRun | Job:
    """Share out what is in the bank at once, or begin a job where much is to be booked first.

    A second person who asks meanwhile is given the job that runs already.

    Args:
        contract: Running, with investors.
        monthly_cost_pence: As for `distribute`.
        seen: As for `distribute`.
        actor: Who acts for the contract holder.
        at: Now.
        result_path: Where the outcome of a job will be shown.

    Raises:
        NotRunning, NoInvestors, WrittenOff, WoundUp, NothingToDistribute, AmountNegative, PreviewOutdated: as
            `distribute`; a job that finds one of them when its turn comes says so.
    """
    count = count_unseen(contract)
    if count <= LONG_COUNT:
        return distribute(contract=contract, monthly_cost_pence=monthly_cost_pence, seen=seen, actor=actor, at=at)
    worked = work_out_run(contract=contract, monthly_cost_pence=monthly_cost_pence, on=legal_day(at))
    check_seen(seen, worked.digest)
    return begin_long(
        topic=TOPIC,
        contract=contract,
        organisation=contract.organisation.public_id,
        total=count,
        facts={"monthly_cost_pence": monthly_cost_pence, "seen": seen},
        actor=actor,
        at=at,
        result_path=result_path,
    )


def run_sharing_out(*, payload: dict[str, Any], at: datetime) -> None:
    """Share out and end the job, well or badly: all of it or nothing. Safe to run again.

    Args:
        payload: As `begin_sharing_out` wrote it.
        at: Now.
    """

    def share_out(contract: OutcomesContract, actor: Actor, tell: Tell) -> None:
        facts = {"monthly_cost_pence": payload["monthly_cost_pence"], "seen": payload["seen"]}
        distribute(contract=contract, actor=actor, at=at, tell=tell, **facts)

    run_long(payload=payload, act=share_out, at=at)
