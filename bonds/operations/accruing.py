"""Interest that investors earned by a day, in the books.

Source: treasury specification A8: V12.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum

from bonds.arithmetic.positions import MovementKind
from bonds.models import InterestAccrual, InvestorCommitment, OutcomesContract
from bonds.operations.assessing import check_running
from bonds.operations.committing import check_not_wound_up, require_investor_terms
from bonds.operations.investor_postings import accrual_lines
from bonds.operations.locks import lock_contract
from bonds.queries.investors import compute_standing, list_commitments, list_open
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries


@transaction.atomic
def accrue_interest(*, contract: OutcomesContract, actor: Actor, at: datetime) -> list[InterestAccrual]:
    """Book the interest that was earned until today and is not in the books yet; a second time changes nothing.

    Interest counts up to yesterday. Where money turns out to have been repaid earlier, or a drawdown was undone, it
    goes down again, but never below what was paid or promised.

    Args:
        contract: Running, with investors.
        actor: Who acts for the contract holder.
        at: Now.

    Returns:
        What changed, commitment by commitment.

    Raises:
        NotRunning: the contract is a draft or closed.
        NoInvestors: nobody invests in it.
        WrittenOff, WoundUp: the investors' side is over.
    """
    contract = lock_contract(contract.pk)
    check_running(contract)
    made = post_accruals(contract, on=legal_day(at), batch="", actor=actor, at=at)
    if made:
        audit.record(
            actor=actor.ref,
            action="bonds.interest_accrued",
            at=at,
            organisation=contract.organisation.public_id,
            subject=contract.public_id,
            after={"pence": sum(one.pence for one in made)},
        )
    return made


def post_accruals(
    contract: OutcomesContract, *, on: date, batch: str, actor: Actor, at: datetime
) -> list[InterestAccrual]:
    """Book what was earned until a day. The caller has locked the contract.

    Args:
        contract: Locked, with investors.
        on: The day; interest counts up to the day before.
        batch: Ties the entry to others of the event; empty for one of its own.
        actor: Who.
        at: Now.
    """
    check_not_wound_up(contract)
    made = [
        InterestAccrual.objects.create(
            commitment=commitment, accrued_on=on, earned_pence=earned, pence=pence, by=actor.ref, at=at
        )
        for commitment, earned, pence in work_out_accruals(contract, on=on)
    ]
    if made:
        ledger_operations.post(
            book=ledger_queries.get_book_by_slug(slug=contract.book_slug),
            key=f"bonds:accrued:{made[0].public_id}",
            kind="bonds.interest_accrued",
            effective_on=on,
            lines=accrual_lines({one.commitment: one.pence for one in made}),
            actor=actor.ref,
            source=made[0].public_id,
            batch=batch or made[0].public_id,
            recorded_at=at,
        )
    return made


def work_out_accruals(contract: OutcomesContract, *, on: date) -> list[tuple[InvestorCommitment, int, int]]:
    """Give the commitments whose accrued interest would change: what each earned since the beginning, and the change.

    Raises:
        NoInvestors: nobody invests in it.
    """
    commitments = list_commitments(contract)
    booked = dict(
        InterestAccrual.objects.filter(commitment__contract=contract)
        .values_list("commitment")
        .annotate(sum=Sum("pence"))
        .order_by()
    )
    promised: dict[int | None, int] = {}
    for due, pence in list_open(contract):
        if due.stage == MovementKind.INTEREST.value:
            promised[due.commitment_id] = promised.get(due.commitment_id, 0) + pence
    changes = []
    for position in compute_standing(contract, require_investor_terms(contract), on=on):
        commitment = commitments[position.commitment.investor, position.tranche.code]
        least = position.sums.get(MovementKind.INTEREST, 0) + promised.get(commitment.pk, 0)
        pence = max(position.earned, least) - booked.get(commitment.pk, 0)
        if pence:
            changes.append((commitment, position.earned, pence))
    return changes
