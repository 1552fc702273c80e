"""Booking what providers are due: fees of months that ended, prices and shares of results, and what goes back.

Source: treasury specification A8: V4 (provider fee accrued). Prices and shares of results are 5010 as in the chart A6.
What was due for a result that is taken back goes back; a provider that was paid more than it is due owes the rest, as a
balance below zero on 2100, and its next dues settle it first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.arithmetic.provider_pay import PayKind
from bonds.arithmetic.records import write_steps
from bonds.models import ClaimRound, OutcomesContract, ProviderAccrual, ProviderDue
from bonds.operations.assessing import check_running
from bonds.operations.investor_postings import PROVIDER_BONUS, PROVIDERS
from bonds.operations.locks import lock_contract
from bonds.operations.long_acts import begin_long, run_long
from bonds.operations.provider_errors import NothingToBook
from bonds.operations.rounds import open_round
from bonds.queries.provider_dues import Unbooked, Unseen, count_unseen, find_unbooked
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from foundation.jobs import Tell, tell_nobody
from foundation.models import Job
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.operations import Line

TOPIC: Final = "bonds.provider_dues"
LONG_COUNT: Final = 2_000
"""With more results than this to look at, somebody would wait for more than two seconds: it becomes a job."""
CHUNK: Final = 1_000
PROVIDER_FEES: Final = "5000"
_EXPENSES: Final = {
    PayKind.FEE.value: PROVIDER_FEES,
    PayKind.OUTCOME.value: PROVIDER_BONUS,
    PayKind.SUCCESS.value: PROVIDER_BONUS,
    PayKind.COMPENSATION.value: PROVIDER_FEES,
}


@transaction.atomic
def accrue_provider_dues(
    *, contract: OutcomesContract, actor: Actor, at: datetime, tell: Tell = tell_nobody
) -> ProviderAccrual:
    """Book all that providers are due by today and that is not in the books; nothing is booked twice.

    Args:
        contract: Running.
        actor: Who acts for the contract holder.
        at: Now.
        tell: Is told how far it is.

    Returns:
        The booking, with its dues.

    Raises:
        NotRunning: the contract is a draft or closed.
        NothingToBook: all is booked.
    """
    contract = lock_contract(contract.pk)
    check_running(contract)
    made = post_provider_dues(contract, on=legal_day(at), actor=actor, at=at, tell=tell)
    if made is None:
        raise NothingToBook(_("All that providers are due by today is in the books already."))
    return made


@transaction.atomic
def begin_booking(*, contract: OutcomesContract, actor: Actor, at: datetime, result_path: str) -> ProviderAccrual | Job:
    """Book what providers are due at once, or begin a job where it is much, which a worker then does.

    A second person who asks meanwhile is given the job that runs already.

    Args:
        contract: Running.
        actor: Who acts for the contract holder.
        at: Now.
        result_path: Where the outcome of a job will be shown.

    Raises:
        NotRunning, NothingToBook: as `accrue_provider_dues`; a job says them when it ends.
    """
    check_running(contract)
    count = count_unseen(contract)
    if count <= LONG_COUNT:
        return accrue_provider_dues(contract=contract, actor=actor, at=at)
    return begin_long(
        topic=TOPIC,
        contract=contract,
        organisation=contract.organisation.public_id,
        total=count,
        actor=actor,
        at=at,
        result_path=result_path,
    )


def run_booking(*, payload: dict[str, Any], at: datetime) -> None:
    """Book what providers are due and end the job, well or badly: all of it or nothing. Safe to run again.

    Args:
        payload: As `begin_booking` wrote it.
        at: Now.
    """

    def book(contract: OutcomesContract, actor: Actor, tell: Tell) -> None:
        accrue_provider_dues(contract=contract, actor=actor, at=at, tell=tell)

    run_long(payload=payload, act=book, at=at)


def post_provider_dues(
    contract: OutcomesContract, *, on: date, actor: Actor, at: datetime, tell: Tell = tell_nobody
) -> ProviderAccrual | None:
    """Book what providers are due by a day, if there is anything. The caller has locked the contract.

    Args:
        contract: Locked and running.
        on: Today.
        actor: Who.
        at: Now.
        tell: Is told how far it is.
    """
    found = find_unbooked(contract, on=on)
    if not found.dues:
        return None
    accrual = ProviderAccrual.objects.create(
        contract=contract,
        number=ProviderAccrual.objects.filter(contract=contract).count() + 1,
        through_run=found.through_run,
        through_clawback=found.through_clawback,
        booked_on=on,
        pence=found.pence,
        by=actor.ref,
        at=at,
    )
    dues = _keep(contract, accrual, found, tell)
    by_round: dict[ClaimRound, list[ProviderDue]] = defaultdict(list)
    for due in dues:
        by_round[due.round].append(due)
    for claim_round, mine in by_round.items():
        key = f"bonds:provider_dues:{accrual.public_id}:{claim_round.public_id}"
        post_dues(contract, mine, key=key, source=accrual.public_id, batch=claim_round.public_id)
    audit.record(
        actor=actor.ref,
        action="bonds.provider_dues_booked",
        at=at,
        organisation=contract.organisation.public_id,
        subject=accrual.public_id,
        after={"number": accrual.number, "dues": len(dues), "pence": accrual.pence},
    )
    return accrual


def post_dues(contract: OutcomesContract, dues: Sequence[ProviderDue], *, key: str, source: str, batch: str) -> None:
    """V4: fees (5000), and prices and shares of results (5010), are owed to providers (2100); what goes back is not.

    Args:
        contract: Whose book.
        dues: Just kept, of one booking; all carry its day, actor and instant.
        key: Names the entry, once.
        source: Public id of what it comes from.
        batch: The round's id, which ties it to claims, invoices and payments.
    """
    sums: dict[tuple[str, str, bool], int] = defaultdict(int)
    for due in dues:
        sums[due.provider.public_id, _EXPENSES[due.kind], due.pence < 0] += abs(due.pence)
    lines = [
        Line(PROVIDERS, expense, pence, debit_owner=owner)
        if is_back
        else Line(expense, PROVIDERS, pence, credit_owner=owner)
        for (owner, expense, is_back), pence in sorted(sums.items())
    ]
    ledger_operations.post(
        book=ledger_queries.get_book_by_slug(slug=contract.book_slug),
        key=key,
        kind="bonds.provider_dues",
        effective_on=dues[0].booked_on,
        lines=lines,
        actor=dues[0].by,
        source=source,
        batch=batch,
        recorded_at=dues[0].at,
    )


def _keep(contract: OutcomesContract, accrual: ProviderAccrual, found: Unseen, tell: Tell) -> list[ProviderDue]:
    rounds = {one.pk: one for one in ClaimRound.objects.filter(contract=contract)}
    months: dict[date, ClaimRound] = {}
    kept: list[ProviderDue] = []
    for begin in range(0, len(found.dues), CHUNK):
        chunk = found.dues[begin : begin + CHUNK]
        dues = [
            _due(
                contract, accrual, one, rounds[one.round_id] if one.round_id else _round_of_month(contract, one, months)
            )
            for one in chunk
        ]
        kept += ProviderDue.objects.bulk_create(dues)
        tell(len(kept), len(found.dues))
    return kept


def _round_of_month(contract: OutcomesContract, one: Unbooked, months: dict[date, ClaimRound]) -> ClaimRound:
    """The round that the month of a fee lies in."""
    assert one.month is not None, "what comes of no claim is a fee for a month"
    if one.month.from_on not in months:
        months[one.month.from_on] = open_round(contract, on=one.month.from_on)
    return months[one.month.from_on]


def _due(contract: OutcomesContract, accrual: ProviderAccrual, one: Unbooked, claim_round: ClaimRound) -> ProviderDue:
    return ProviderDue(
        contract=contract,
        provider=one.provider,
        accrual=accrual,
        round=claim_round,
        kind=one.due.kind.value,
        from_on=one.month.from_on if one.month else None,
        until_on=one.month.until_on if one.month else None,
        place=one.place,
        result_id=one.result_id,
        clawback_id=one.clawback_id,
        pence=one.due.pence,
        steps=write_steps(one.due.steps),
        booked_on=accrual.booked_on,
        by=accrual.by,
        at=accrual.at,
    )
