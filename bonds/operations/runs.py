"""What every run of the waterfall does, whatever it is for: where the deal stands before it, and what is kept of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

from django.db.models import Sum

from bonds.arithmetic.lines import Step
from bonds.arithmetic.payouts import DealStanding, Due, WaterfallResult
from bonds.arithmetic.positions import compute_positions
from bonds.arithmetic.records import write_steps
from bonds.arithmetic.tranches import InvestorTerms, StageKind
from bonds.models import (
    ClaimRound,
    ContractVersion,
    Distribution,
    InterestAccrual,
    OutcomesContract,
    Party,
    WaterfallRun,
)
from bonds.operations.investor_postings import COSTS, DEFERRED_INCOME, PROVIDERS, RESERVE
from bonds.queries.advances import sum_unearned
from bonds.queries.guarantees import sum_guaranteed
from bonds.queries.investors import list_commitments, list_movements, list_open
from bonds.queries.provider_dues import find_unbooked
from bonds.states import RunKind
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.models import Book, Entry

# Costs and fees are owed in the books already and are paid as such: a run only leaves their money where it is.
_SET_ASIDE: Final = frozenset({StageKind.COSTS, StageKind.PROVIDER_FEES})


def build_deal_standing(
    contract: OutcomesContract,
    terms: InvestorTerms,
    book: Book,
    *,
    on: date,
    monthly_cost: int = 0,
    redeemed: Collection[str] = (),
    is_final: bool = False,
) -> DealStanding:
    """Give where the deal stands: what runs promised counts as paid, what the books owe is due.

    Args:
        contract: Whose.
        terms: Of its investors.
        book: Its own.
        on: The day of the run.
        monthly_cost: What a month of costs and fees comes to, in pence.
        redeemed: Tranches that the run ends early.
        is_final: Whether the run winds the deal up.
    """
    return DealStanding(
        positions=compute_positions(terms, list_movements(contract, with_promised=True), on=on),
        costs=(*_costs(book), *_unearned(contract)),
        fees=_fees(contract, book, on=on),
        monthly_cost=monthly_cost,
        reserve=ledger_queries.account_balance(book=book, code=RESERVE),
        success_fees_paid=_success_fees(contract),
        guarantees_paid=sum_guaranteed(contract),
        redeemed=frozenset(redeemed),
        is_final=is_final,
    )


def _costs(book: Book) -> tuple[Due, ...]:
    rows = [row for row in ledger_queries.trial_balance(book=book) if row.account.code in COSTS and row.balance > 0]
    return tuple(Due(party=row.account.name, amount=row.balance, what=row.account.code) for row in rows)


def _unearned(contract: OutcomesContract) -> tuple[Due, ...]:
    """What commissioners paid in advance is not shared out before it is earned: it may have to go back."""
    pence = sum(sum_unearned(contract).values())
    return (Due(party="Deferred-Income", amount=pence, what=DEFERRED_INCOME),) if pence else ()


def _fees(contract: OutcomesContract, book: Book, *, on: date) -> tuple[Due, ...]:
    """What providers are due by a day, booked or not; success fees that runs promised have their cash taken off."""
    owed = dict(ledger_queries.owner_balances(book=book, code=PROVIDERS))
    for one in find_unbooked(contract, on=on).dues:
        owed[one.provider.public_id] = owed.get(one.provider.public_id, 0) + one.due.pence
    for due, pence in list_open(contract):
        if due.stage == StageKind.UPSIDE.value and due.commitment is None:
            owed[due.party.public_id] = owed.get(due.party.public_id, 0) - pence
    codes = dict(Party.objects.filter(contract=contract).values_list("public_id", "code"))
    return tuple(
        Due(party=codes.get(owner, owner), amount=pence, what=PROVIDERS)
        for owner, pence in sorted(owed.items())
        if pence > 0
    )


def _success_fees(contract: OutcomesContract) -> dict[str, int]:
    """Success fees by provider that runs gave, paid or not."""
    given = Distribution.objects.filter(
        run__contract=contract, run__withdrawal=None, stage=StageKind.UPSIDE.value, commitment=None
    )
    return dict(given.values_list("party__code").annotate(sum=Sum("pence")).order_by())


def keep_run(
    contract: OutcomesContract,
    claim_round: ClaimRound,
    result: WaterfallResult,
    *,
    cash: int,
    kind: RunKind = RunKind.REGULAR,
    reason: str = "",
    monthly_cost: int = 0,
    more: Sequence[Step] = (),
    actor: Actor,
    at: datetime,
) -> WaterfallRun:
    """Keep a run with its distributions, and note it.

    Args:
        contract: Locked.
        claim_round: Whose batch its entries carry.
        result: Stage by stage.
        cash: Pence in the bank before it.
        kind: What it is for.
        reason: Why, for all but regular ones.
        monthly_cost: What the reserve was reckoned from.
        more: Steps after those of the stages.
        actor: Who.
        at: Now.
    """
    set_aside = sum(payout.paid for payout in result.payouts if payout.stage in _SET_ASIDE)
    version = ContractVersion.objects.filter(contract=contract).signed().last()
    assert version is not None, "a contract that runs was signed"
    run = WaterfallRun.objects.create(
        contract=contract,
        number=WaterfallRun.objects.filter(contract=contract).count() + 1,
        version=version,
        round=claim_round,
        run_on=result.on,
        cash_pence=cash,
        promised_pence=cash - result.available,
        available_pence=result.available,
        released_pence=result.released,
        set_aside_pence=set_aside,
        distributed_pence=result.distributed - set_aside,
        topped_up_pence=result.topped_up,
        kept_pence=result.kept,
        monthly_cost_pence=monthly_cost,
        steps=write_steps((*result.steps, *more)),
        kind=kind.value,
        reason=reason,
        made_by=actor.ref,
        made_at=at,
    )
    _keep_distributions(run, result)
    audit.record(
        actor=actor.ref,
        action="bonds.cash_distributed",
        at=at,
        organisation=contract.organisation.public_id,
        subject=run.public_id,
        after={"number": run.number, "kind": run.kind, "pence": run.distributed_pence},
    )
    return run


def _keep_distributions(run: WaterfallRun, result: WaterfallResult) -> None:
    parties = {party.code: party for party in Party.objects.filter(contract=run.contract)}
    commitments = list_commitments(run.contract)
    paid = [payout for payout in result.payouts if payout.paid and payout.stage not in _SET_ASIDE]
    for place, payout in enumerate(paid, start=1):
        Distribution.objects.create(
            run=run,
            place=place,
            stage=payout.stage.value,
            party=parties[payout.party],
            commitment=commitments[payout.party, payout.tranche] if payout.tranche else None,
            beneficiary=payout.to.value if payout.to else "",
            pence=payout.paid,
        )


def undo_release_of_interest(run: WaterfallRun, *, actor: Actor, at: datetime) -> None:
    """Interest that a run released is owed again; nothing for a run that released none.

    Args:
        run: Just taken back.
        actor: Who.
        at: Now.
    """
    released = Entry.objects.filter(book__slug=run.contract.book_slug, key=key_of_release(run)).first()
    if released is not None:
        _owe_again(run, released, actor=actor, at=at)


def key_of_release(run: WaterfallRun) -> str:
    """Name the entry by which a run releases interest, once."""
    return f"bonds:interest_released:{run.public_id}"


def _owe_again(run: WaterfallRun, released: Entry, *, actor: Actor, at: datetime) -> None:
    on, commitments = legal_day(at), {one.public_id: one for one in list_commitments(run.contract).values()}
    for transfer in released.transfers.order_by("line_no"):
        commitment = commitments[transfer.debit_owner]
        last = InterestAccrual.objects.filter(commitment=commitment).last()
        assert last is not None, "what was released was accrued"
        InterestAccrual.objects.create(
            commitment=commitment,
            accrued_on=on,
            earned_pence=last.earned_pence,
            pence=transfer.amount,
            by=actor.ref,
            at=at,
        )
    ledger_operations.reverse(
        entry=released,
        key=f"bonds:interest_owed_again:{run.public_id}",
        effective_on=on,
        actor=actor.ref,
        reason="run withdrawn",
        batch=run.round.public_id,
        recorded_at=at,
    )
