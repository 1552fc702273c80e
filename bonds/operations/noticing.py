"""Posting calls on investors when they are made, where the contract's holder chose to: what is awaited is an asset.

Source: treasury specification A8, V2 (optional) and V3. A grant is no loan and has no row in V2: a call on one is not
posted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.arithmetic.tranches import TrancheKind
from bonds.models import CallPart, CapitalCall, NoticePolicy, NoticePosting, OutcomesContract, WaterfallRun
from bonds.operations.investor_errors import NoticePolicyUnsound
from bonds.operations.investor_postings import AWAITED, loan_of
from bonds.operations.locks import lock_contract
from bonds.queries.notices import awaited_of_parts, find_notice_policy
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.operations import Line

POSTED_KIND: Final = "bonds.call_posted"
TAKEN_BACK_KIND: Final = "bonds.call_taken_back"


@transaction.atomic
def record_notice_policy(
    *, contract: OutcomesContract, is_posted: bool, from_on: date, reason: str, actor: Actor, at: datetime
) -> NoticePolicy:
    """Write down whether calls on investors are posted, for calls made from a day on; earlier ones stay as they are.

    Args:
        contract: For which.
        is_posted: Whether they are.
        from_on: The first day of calls, today or later: earlier ones were posted or not.
        reason: What the choice rests on.
        actor: Who acts for the contract holder.
        at: Now.

    Raises:
        NoticePolicyUnsound: the reason is missing, or the day has passed; `facts["field"]` says which.
    """
    words = " ".join(reason.split())
    if not words:
        raise NoticePolicyUnsound(_("Say what this rests on: your accountant, an auditor."), field="reason")
    if from_on < legal_day(at):
        raise NoticePolicyUnsound(_("Calls of that day have been made. Begin today or later."), field="from_on")
    contract = lock_contract(contract.pk)
    made = NoticePolicy.objects.create(
        contract=contract,
        is_posted=is_posted,
        from_on=from_on,
        reason=words,
        recorded_by=actor.ref,
        recorded_at=at,
    )
    audit.record(
        actor=actor.ref,
        action="bonds.notice_policy_recorded",
        at=at,
        organisation=contract.organisation.public_id,
        subject=contract.public_id,
        after={"is_posted": is_posted, "from_on": from_on.isoformat()},
        reason=words,
    )
    return made


def post_call(call: CapitalCall, *, actor: Actor, at: datetime) -> None:
    """V2: what was called is awaited and owed, part by part, where the policy of the day says so.

    Args:
        call: Just made, with its parts, of a contract that the caller has locked.
        actor: Who.
        at: Now.
    """
    policy = find_notice_policy(contract=call.contract, on=call.called_on)
    if policy is None or not policy.is_posted:
        return
    parts = call.parts.select_related("commitment", "call").exclude(commitment__kind=TrancheKind.GRANT.value)
    pence = {part: part.pence for part in parts}
    _keep(
        call.contract, pence, key=f"bonds:call_posted:{call.public_id}", source=call.public_id, batch=call.public_id,
        on=call.called_on, actor=actor, at=at,
    )  # fmt: skip


def take_back_awaited(
    contract: OutcomesContract,
    *,
    tranches: Collection[str] | None,
    run: WaterfallRun | None,
    on: date,
    batch: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Take back what was posted as awaited and will not come: a tranche or the whole deal ends.

    Args:
        contract: Locked.
        tranches: Codes of those that end; None for all.
        run: That ends them; None where the loans were written off.
        on: The day.
        batch: Ties the entry to others of the event.
        actor: Who.
        at: Now.
    """
    pence = {
        part: -left
        for part, left in awaited_of_parts(contract).items()
        if left and (tranches is None or part.commitment.tranche in tranches)
    }
    source = run.public_id if run is not None else contract.public_id
    key = f"bonds:call_taken_back:{source}"
    _keep(contract, pence, key=key, source=source, batch=batch, run=run, on=on, actor=actor, at=at)


def await_again(run: WaterfallRun, *, actor: Actor, at: datetime) -> None:
    """What a run took back is awaited again: the run was just taken back itself.

    Args:
        run: Just taken back.
        actor: Who.
        at: Now.
    """
    taken = NoticePosting.objects.filter(run=run, pence__lt=0).select_related("part__commitment", "part__call")
    _keep(
        run.contract, {one.part: -one.pence for one in taken}, key=f"bonds:call_posted_again:{run.public_id}",
        source=run.public_id, batch=run.round.public_id, run=run, on=legal_day(at), actor=actor, at=at,
    )  # fmt: skip


def _keep(
    contract: OutcomesContract,
    pence: Mapping[CallPart, int],
    *,
    key: str,
    source: str,
    batch: str,
    run: WaterfallRun | None = None,
    on: date,
    actor: Actor,
    at: datetime,
) -> None:
    """Keep and post what is awaited more, or below zero less; nothing for nothing."""
    if not pence:
        return
    for part, more in pence.items():
        NoticePosting.objects.create(part=part, run=run, pence=more, booked_on=on, by=actor.ref, at=at)
    ledger_operations.post(
        book=ledger_queries.get_book_by_slug(slug=contract.book_slug),
        key=key,
        kind=POSTED_KIND if sum(pence.values()) > 0 else TAKEN_BACK_KIND,
        effective_on=on,
        lines=[_line(part, more) for part, more in pence.items()],
        actor=actor.ref,
        source=source,
        batch=batch,
        recorded_at=at,
    )


def _line(part: CallPart, pence: int) -> Line:
    (loan, owner), commitment = loan_of(part.commitment), part.commitment.public_id
    if pence > 0:
        return Line(AWAITED, loan, pence, commitment, owner)
    return Line(loan, AWAITED, -pence, owner, commitment)
