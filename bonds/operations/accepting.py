"""Accepting all that waits and misses nothing, once somebody has looked at how much it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.models import OutcomesContract, Party, PartyRoleHeld
from bonds.operations.assessing import check_running
from bonds.operations.deciding import accept_lines
from bonds.operations.errors import NotTheVerifier, WaitingChanged
from bonds.operations.locks import lock_contract
from bonds.operations.long_acts import begin_long, run_long
from bonds.queries.waiting import preview_waiting
from bonds.states import VERIFYING_ROLES
from core.periods import legal_day
from foundation.access import Actor
from foundation.jobs import Tell, tell_nobody
from foundation.models import Job

TOPIC: Final = "bonds.accept_waiting"
LONG_LINES: Final = 200
"""With more lines than this somebody would wait for more than two seconds: it becomes a job."""


@dataclass(frozen=True, slots=True)
class AcceptedAll:
    """What was accepted: how many lines, of how many claims."""

    lines: int
    claims: int


@transaction.atomic
def accept_waiting(
    *,
    contract: OutcomesContract,
    digest: str,
    after: str = "",
    note: str = "",
    verifier: Party,
    actor: Actor,
    at: datetime,
    tell: Tell = tell_nobody,
) -> AcceptedAll:
    """Accept the lines that wait and miss no evidence, claim by claim: all of those that were looked at, or none.

    Args:
        contract: Running.
        digest: As `preview_waiting` gave it: of the lines that somebody looked at.
        after: As `preview_waiting` was asked.
        note: What the decision rests on.
        verifier: For whom somebody decides.
        actor: Who decides.
        at: Now.
        tell: Is told how far it is.

    Raises:
        NotRunning: the contract is a draft or closed.
        NotTheVerifier: the party does not verify now.
        NotFound: `after` names no line of the contract.
        WaitingChanged: other lines wait now than those that were looked at, or none.
        MeasurementUnsound, MeasurementLacks: what was measured of a group cannot be used.
    """
    contract = lock_contract(contract.pk)
    check_running(contract)
    held = PartyRoleHeld.objects.filter(party=verifier, party__contract=contract).of(VERIFYING_ROLES)
    if not held.held_on(legal_day(at)).exists():
        raise NotTheVerifier(_("Only the verifier of this contract can do this."))
    waiting = preview_waiting(contract=contract, verifier=verifier, after=after)
    if not waiting.count or waiting.digest != digest:
        raise WaitingChanged(_("Other lines wait now than those you looked at. Please look again."))
    done = 0
    for one in waiting.claims:
        accept_lines(claim=one.claim, lines=one.lines, verifier=verifier, note=note.strip(), actor=actor, at=at)
        done += len(one.lines)
        tell(done, waiting.count)
    return AcceptedAll(waiting.count, len(waiting.claims))


@transaction.atomic
def begin_acceptance(
    *,
    contract: OutcomesContract,
    digest: str,
    count: int,
    after: str = "",
    note: str = "",
    verifier: Party,
    actor: Actor,
    at: datetime,
    result_path: str,
) -> AcceptedAll | Job:
    """Accept what waits at once, or begin a job where it is much, which a worker then does.

    Args:
        contract: Running.
        digest: As for `accept_waiting`.
        count: How many lines were looked at; it says only whether somebody would have to wait for it.
        after: As for `accept_waiting`.
        note: What the decision rests on.
        verifier: For whom.
        actor: Who decides.
        at: Now.
        result_path: Where the outcome of a job will be shown.

    Raises:
        NotRunning, NotTheVerifier, NotFound, WaitingChanged: as `accept_waiting`; a job says them when it ends.
    """
    if count <= LONG_LINES:
        facts: dict[str, Any] = {"digest": digest, "after": after, "note": note}
        return accept_waiting(contract=contract, verifier=verifier, actor=actor, at=at, **facts)
    return begin_long(
        topic=TOPIC,
        contract=contract,
        organisation=verifier.organisation.public_id,
        total=count,
        about=digest,
        facts={"verifier": verifier.public_id, "digest": digest, "after": after, "note": note},
        actor=actor,
        at=at,
        result_path=result_path,
    )


def run_acceptance(*, payload: dict[str, Any], at: datetime) -> None:
    """Accept what waits and end the job, well or badly. Safe to run again: what was accepted waits no longer.

    Args:
        payload: As `begin_acceptance` wrote it.
        at: Now.
    """

    def accept(contract: OutcomesContract, actor: Actor, tell: Tell) -> None:
        verifier = Party.objects.select_related("organisation").get(contract=contract, public_id=payload["verifier"])
        facts: dict[str, Any] = {name: payload.get(name, "") for name in ("digest", "after", "note")}
        accept_waiting(contract=contract, verifier=verifier, actor=actor, at=at, tell=tell, **facts)

    run_long(payload=payload, act=accept, at=at)
