"""Issuing the invoices of much at once: a worker does it, and a page shows how far it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from bonds.models import Invoice, OutcomesContract
from bonds.operations.assessing import check_running
from bonds.operations.invoicing import issue_invoices
from bonds.operations.long_acts import begin_long, run_long
from bonds.queries.invoices import count_to_invoice
from foundation.access import Actor
from foundation.jobs import Tell
from foundation.models import Job

TOPIC: Final = "bonds.issue_invoices"
LONG_COUNT: Final = 500
"""With more payers' parts of lines than this somebody would wait for more than two seconds: it becomes a job."""


@transaction.atomic
def begin_issuing(*, contract: OutcomesContract, actor: Actor, at: datetime, result_path: str) -> list[Invoice] | Job:
    """Issue invoices at once, or begin a job where they have many lines, which a worker then does.

    A second person who asks meanwhile is given the job that runs already.

    Args:
        contract: Running.
        actor: Who acts for the contract holder.
        at: Now.
        result_path: Where the outcome of a job will be shown.

    Raises:
        NotRunning, NothingToInvoice: as `issue_invoices`; a job says them when it ends.
    """
    check_running(contract)
    count = count_to_invoice(contract)
    if count <= LONG_COUNT:
        return issue_invoices(contract=contract, actor=actor, at=at)
    return begin_long(
        topic=TOPIC,
        contract=contract,
        organisation=contract.organisation.public_id,
        total=count,
        actor=actor,
        at=at,
        result_path=result_path,
    )


def run_issuing(*, payload: dict[str, Any], at: datetime) -> None:
    """Issue the invoices and end the job, well or badly: all of them or none. Safe to run again.

    Args:
        payload: As `begin_issuing` wrote it.
        at: Now.
    """

    def issue(contract: OutcomesContract, actor: Actor, tell: Tell) -> None:
        issue_invoices(contract=contract, actor=actor, at=at, tell=tell)

    run_long(payload=payload, act=issue, at=at)
