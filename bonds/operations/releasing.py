"""What is not owed any more when a tranche or the whole deal ends: what investors will never be asked for, and losses.

Source: treasury specification A8: V1 and V2, reversed; V16, with the accrued interest that will not be paid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from bonds.arithmetic.calls import Facility, compute_facilities
from bonds.arithmetic.positions import MovementKind
from bonds.arithmetic.tranches import StageKind
from bonds.models import CommitmentChange, InterestAccrual, InvestorCommitment, OutcomesContract, WaterfallRun
from bonds.operations.committing import require_investor_terms
from bonds.operations.investor_postings import INTEREST, RELEASE_GAIN, UNDRAWN, loan_of, post_undrawn
from bonds.operations.noticing import await_again, take_back_awaited
from bonds.queries.investors import Place, compute_standing, list_commitments, list_open
from core.periods import legal_day
from foundation.access import Actor
from ledger import queries as ledger_queries
from ledger.operations import Line


def release_undrawn(
    contract: OutcomesContract,
    *,
    tranches: Collection[str] | None = None,
    run: WaterfallRun | None = None,
    reason: str,
    on: date,
    batch: str,
    actor: Actor,
    at: datetime,
) -> list[CommitmentChange]:
    """Give up what commitments may still be called for, called and awaited too; the memo book shows nothing of it then.

    What a tranche that is called again when repaid will still be repaid is given up with it.

    Args:
        contract: Locked.
        tranches: Codes of those that end; None for all.
        run: That ends them, with its distributions; None where the loans were written off.
        reason: Why.
        on: The day.
        batch: Ties the entry to others of the event.
        actor: Who.
        at: Now.

    Returns:
        What each commitment is smaller by.
    """
    terms, commitments = require_investor_terms(contract), list_commitments(contract)
    promised, made, undrawn = _promised(contract), [], {}
    for one in compute_facilities(compute_standing(contract, terms, on=on)):
        tranche, commitment = one.position.tranche, commitments[_place(one)]
        if tranches is not None and tranche.code not in tranches:
            continue
        gone = one.undrawn + (promised[commitment.pk] if tranche.is_recycled else 0)
        undrawn[commitment] = -one.undrawn
        if gone:
            made.append(_keep(commitment, gone, run=run, reason=reason, on=on, actor=actor, at=at))
    source = run.public_id if run is not None else contract.public_id
    post_undrawn(
        contract,
        undrawn,
        key=f"bonds:given_up:{source}",
        kind="bonds.commitment_cancelled",
        on=on,
        batch=batch,
        source=source,
        actor=actor.ref,
        at=at,
    )
    take_back_awaited(contract, tranches=tranches, run=run, on=on, batch=batch, actor=actor, at=at)
    return made


def take_up_again(run: WaterfallRun, *, actor: Actor, at: datetime) -> None:
    """What a run released may be called for again: it was just taken back, and so does not count any more.

    Args:
        run: Just taken back.
        actor: Who.
        at: Now.
    """
    contract, on = run.contract, legal_day(at)
    released = set(
        CommitmentChange.objects.filter(run=run, kind=MovementKind.CANCELLED.value).values_list(
            "commitment_id", flat=True
        )
    )
    if not released:
        return
    terms, commitments = require_investor_terms(contract), list_commitments(contract)
    book = ledger_queries.get_book_by_slug(slug=contract.memo_slug)
    shown = dict(ledger_queries.owner_balances(book=book, code=UNDRAWN))
    missing = {}
    for one in compute_facilities(compute_standing(contract, terms, on=on)):
        commitment = commitments[_place(one)]
        if commitment.pk in released:
            # What was repaid meanwhile can be called again too, where the terms say so.
            missing[commitment] = one.undrawn - shown.get(commitment.public_id, 0)
    post_undrawn(
        contract,
        missing,
        key=f"bonds:taken_up_again:{run.public_id}",
        kind="bonds.commitment_cancelled",
        on=on,
        batch=run.round.public_id,
        source=run.public_id,
        actor=actor.ref,
        at=at,
    )
    await_again(run, actor=actor, at=at)


def release_loans(lost: Iterable[CommitmentChange]) -> list[Line]:
    """V16: a loan that will not be paid back is a gain of the contract's holder.

    Args:
        lost: What each commitment lost of its principal.
    """
    loans = [(one.pence, *loan_of(one.commitment)) for one in lost]
    return [Line(code, RELEASE_GAIN, pence, debit_owner=owner) for pence, code, owner in loans]


def release_interest(lost: Mapping[InvestorCommitment, int], *, on: date, actor: Actor, at: datetime) -> list[Line]:
    """Note that accrued interest will not be paid, and say what is posted for that.

    Args:
        lost: Pence that each commitment is owed and will not get.
        on: The day.
        actor: Who.
        at: Now.
    """
    for commitment, pence in lost.items():
        last = InterestAccrual.objects.filter(commitment=commitment).last()
        assert last is not None, "interest that is owed was accrued"
        InterestAccrual.objects.create(
            commitment=commitment,
            accrued_on=on,
            earned_pence=last.earned_pence,
            pence=-pence,
            by=actor.ref,
            at=at,
        )
    return [Line(INTEREST, RELEASE_GAIN, pence, debit_owner=one.public_id) for one, pence in lost.items()]


def _place(facility: Facility) -> Place:
    return facility.position.commitment.investor, facility.position.tranche.code


def _promised(contract: OutcomesContract) -> dict[int, int]:
    """Principal that runs promised and nobody paid yet, by row number of the commitment."""
    found: dict[int, int] = defaultdict(int)
    for due, pence in list_open(contract):
        if due.stage == StageKind.PRINCIPAL.value and due.commitment_id is not None:
            found[due.commitment_id] += pence
    return found


def _keep(
    commitment: InvestorCommitment,
    pence: int,
    *,
    run: WaterfallRun | None,
    reason: str,
    on: date,
    actor: Actor,
    at: datetime,
) -> CommitmentChange:
    return CommitmentChange.objects.create(
        commitment=commitment,
        kind=MovementKind.CANCELLED.value,
        run=run,
        changed_on=on,
        pence=pence,
        reason=reason,
        by=actor.ref,
        at=at,
    )
