"""Working many earlier results out again: a worker finds out what would change, somebody looks, a worker does it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.models import AdjustmentPreview, ContractVersion, OutcomesContract, VersionAdjustment
from bonds.operations.adjusting import adjust_lines
from bonds.operations.assessing import check_running
from bonds.operations.errors import AdjustmentUnseen, NothingToAdjust
from bonds.operations.locks import lock_contract
from bonds.operations.long_acts import begin_long, run_long
from bonds.queries.adjusting import find_changes, reached_back
from bonds.queries.adjustment_previews import (
    LOOKED_AT_ONCE,
    MOST_KEPT,
    count_disputed,
    find_preview,
    seen_through,
    write_change,
)
from foundation import audit
from foundation.access import Actor
from foundation.jobs import Tell, tell_nobody
from foundation.models import Job

TOPIC: Final = "bonds.adjustment"
PREVIEW_TOPIC: Final = "bonds.adjustment_preview"
LONG_COUNT: Final = 60
"""With more lines than this somebody would wait for more than two seconds: it becomes a job."""


@transaction.atomic
def begin_adjustment(
    *, contract: OutcomesContract, actor: Actor, at: datetime, result_path: str
) -> VersionAdjustment | Job:
    """Adjust a few lines at once, or begin a job for many, which a worker then does.

    Args:
        contract: Running.
        actor: Who acts for the contract holder.
        at: Now.
        result_path: Where the outcome of a job will be shown.

    Raises:
        NotRunning, NothingToAdjust, MeasurementUnsound, MeasurementLacks: as `adjust_lines`; a job says them when it
            ends.
        AdjustmentUnseen: there are so many lines that a worker has to find out first what would change.
    """
    count = reached_back(contract).count()
    if count <= LONG_COUNT:
        return adjust_lines(contract=contract, actor=actor.ref, at=at)
    _check_seen(contract)
    return _begin(TOPIC, contract, count, actor=actor, at=at, result_path=result_path)


def run_adjustment(*, payload: dict[str, Any], at: datetime) -> None:
    """Do a long adjustment and end its job, well or badly. Done again, it finds nothing left to change.

    What was accepted or taken back since somebody looked makes it fail, as it would have been refused.

    Args:
        payload: As `begin_adjustment` wrote it.
        at: Now.
    """

    def adjust(contract: OutcomesContract, actor: Actor, tell: Tell) -> None:
        _check_seen(lock_contract(contract.pk))
        adjust_lines(contract=contract, actor=actor.ref, at=at, tell=tell)

    run_long(payload=payload, act=adjust, at=at)


@transaction.atomic
def begin_adjustment_preview(*, contract: OutcomesContract, actor: Actor, at: datetime, result_path: str) -> Job:
    """Begin the job that finds out what working earlier results again would change. Nothing changes by it.

    Args:
        contract: Running.
        actor: Who acts for the contract holder.
        at: Now.
        result_path: Where the outcome will be shown.

    Raises:
        NotRunning: the contract is a draft or closed.
        NothingToAdjust: no version reaches back to an accepted line.
    """
    check_running(contract)
    count = reached_back(contract).count()
    if not count:
        raise NothingToAdjust(_("No version reaches back to a line that was accepted under another one."))
    return _begin(PREVIEW_TOPIC, contract, count, actor=actor, at=at, result_path=result_path)


def run_adjustment_preview(*, payload: dict[str, Any], at: datetime) -> None:
    """Find out what would change, keep it, and end the job, well or badly.

    Args:
        payload: As `begin_adjustment_preview` wrote it.
        at: Now.
    """

    def preview(contract: OutcomesContract, actor: Actor, tell: Tell) -> None:
        preview_adjustment(contract=contract, actor=actor, at=at, tell=tell)

    run_long(payload=payload, act=preview, at=at)


@transaction.atomic
def preview_adjustment(
    *, contract: OutcomesContract, actor: Actor, at: datetime, tell: Tell = tell_nobody
) -> AdjustmentPreview:
    """Find out what working earlier results again would change, and keep it to be looked at.

    The contract is not locked: what is accepted or taken back meanwhile makes the preview one that no longer holds.

    Args:
        contract: Running.
        actor: Who acts for the contract holder.
        at: Now.
        tell: Is told how far it is.

    Raises:
        NotRunning, NothingToAdjust, MeasurementUnsound, MeasurementLacks: as `adjust_lines`.
    """
    check_running(contract)
    seen, disputed = seen_through(contract), count_disputed(contract)
    version = ContractVersion.objects.filter(contract=contract).signed().last()
    found = find_changes(contract, tell=tell)
    if version is None or not found.looked_at:
        raise NothingToAdjust(_("No version reaches back to a line that was accepted under another one."))
    made = AdjustmentPreview.objects.create(
        contract=contract,
        version=version,
        looked_at_count=found.looked_at,
        disputed_count=disputed,
        changed_count=len(found.changes),
        change_pence=found.pence,
        changes=[write_change(change) for change in found.changes[:MOST_KEPT]],
        by=actor.ref,
        at=at,
        **seen,
    )
    audit.record(
        actor=actor.ref,
        action="bonds.adjustment_previewed",
        at=at,
        organisation=contract.organisation.public_id,
        subject=made.public_id,
        after={"version": version.number, "lines": len(found.changes), "change_pence": found.pence},
    )
    return made


def _check_seen(contract: OutcomesContract) -> None:
    if reached_back(contract).count() > LOOKED_AT_ONCE and find_preview(contract) is None:
        raise AdjustmentUnseen(
            _("Have it worked out first what would change: results have come in since, or nobody has looked.")
        )


def _begin(topic: str, contract: OutcomesContract, count: int, *, actor: Actor, at: datetime, result_path: str) -> Job:
    return begin_long(
        topic=topic,
        contract=contract,
        organisation=contract.organisation.public_id,
        total=count,
        actor=actor,
        at=at,
        result_path=result_path,
    )
