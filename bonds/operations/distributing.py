"""Sharing out a contract's cash: a run of the waterfall says who is due what, and why.

Nothing leaves the bank by a run: each party is paid through a recorded payment that a second person lets in.

Source: treasury specification A8: V12, V15; order of payment by the terms that the parties signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from bonds.arithmetic.editing import fingerprint
from bonds.arithmetic.payouts import DealStanding, Due, WaterfallResult
from bonds.arithmetic.positions import compute_positions
from bonds.arithmetic.records import write_steps
from bonds.arithmetic.tranches import InvestorTerms, StageKind
from bonds.arithmetic.waterfall import run_waterfall
from bonds.models import (
    ClaimRound,
    ContractVersion,
    Distribution,
    DistributionPayment,
    OutcomesContract,
    Party,
    RunWithdrawal,
    WaterfallRun,
)
from bonds.operations.accruing import post_accruals
from bonds.operations.assessing import check_running
from bonds.operations.committing import check_not_written_off, require_investor_terms
from bonds.operations.errors import ReasonMissing
from bonds.operations.investor_errors import NothingToDistribute, RunPaid, check_seen
from bonds.operations.investor_postings import BANK, COSTS, PROVIDERS, RESERVE, declared_lines
from bonds.operations.locks import lock_contract
from bonds.operations.provider_dues import post_provider_dues
from bonds.operations.rounds import open_round
from bonds.queries.investors import list_commitments, list_movements, list_open
from bonds.queries.provider_dues import find_unbooked
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.models import Book, Entry
from payments.models import RecordedMoney

DISTRIBUTION_PURPOSE: Final = "bonds.distribution"
# Costs and fees are owed in the books already and are paid as such: a run only leaves their money where it is.
_SET_ASIDE: Final = frozenset({StageKind.COSTS, StageKind.PROVIDER_FEES})


@dataclass(frozen=True, slots=True)
class WorkedRun:
    """How cash would be shared out now.

    Attributes:
        result: Stage by stage.
        cash_pence: In the bank.
        promised_pence: Of it, what earlier runs promised.
    """

    result: WaterfallResult
    cash_pence: int
    promised_pence: int

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps, as a run keeps them."""
        return write_steps(self.result.steps)

    @property
    def digest(self) -> str:
        """What tells this way of sharing out from any other."""
        facts = [self.result.on.isoformat(), self.cash_pence, self.promised_pence, self.steps]
        return fingerprint(facts)


def work_out_run(*, contract: OutcomesContract, monthly_cost_pence: int = 0, on: date) -> WorkedRun:
    """Work out how cash would be shared out on a day. Nothing is kept.

    Args:
        contract: Running, with investors.
        monthly_cost_pence: What a month of costs and fees comes to, for the reserve; zero or more.
        on: The day.

    Raises:
        NotRunning, NoInvestors, WrittenOff, NothingToDistribute, AmountNegative: as `distribute`.
    """
    check_running(contract)
    terms = require_investor_terms(contract)
    check_not_written_off(contract)
    book = ledger_queries.get_book_by_slug(slug=contract.book_slug)
    cash = ledger_queries.account_balance(book=book, code=BANK)
    promised = sum(pence for _due, pence in list_open(contract))
    standing = _standing(contract, terms, book, on=on, monthly_cost=monthly_cost_pence)
    if cash - promised < 0 or cash - promised + standing.reserve == 0:
        raise NothingToDistribute(
            _("There is no money in the bank beside what was promised."), cash_pence=cash, promised_pence=promised
        )
    return WorkedRun(run_waterfall(terms, standing, available_pence=cash - promised, on=on), cash, promised)


@transaction.atomic
def distribute(
    *,
    contract: OutcomesContract,
    monthly_cost_pence: int = 0,
    claim_round: ClaimRound | None = None,
    seen: str = "",
    actor: Actor,
    at: datetime,
) -> WaterfallRun:
    """Share out what is in the bank and was not promised before, stage by stage as the investors agreed.

    What providers and others are owed in the books is set aside. Interest, and what providers are due, is booked to
    today first.

    Args:
        contract: Running, with investors.
        monthly_cost_pence: What a month of costs and fees comes to, for the reserve; zero or more.
        claim_round: Of whose claims the money is, for the batch; the round of today where it is not said.
        seen: Digest of the way of sharing out that was looked at before; if given, it has to be the same still.
        actor: Who acts for the contract holder.
        at: Now.

    Returns:
        The run, with its distributions.

    Raises:
        NotRunning: the contract is a draft or closed.
        NoInvestors: nobody invests in it.
        WrittenOff: what investors lost was written off.
        NothingToDistribute: there is no cash beside what was promised.
        AmountNegative: the monthly cost is below zero.
        PreviewOutdated: something has moved since it was looked at.
    """
    contract, on = lock_contract(contract.pk), legal_day(at)
    worked = work_out_run(contract=contract, monthly_cost_pence=monthly_cost_pence, on=on)
    check_seen(seen, worked.digest)
    claim_round = claim_round or open_round(contract, on=on)
    post_accruals(contract, on=on, batch=claim_round.public_id, actor=actor, at=at)
    post_provider_dues(contract, on=on, actor=actor, at=at)
    run = _keep(contract, claim_round, worked, monthly_cost=monthly_cost_pence, actor=actor, at=at)
    _post(run, actor=actor, at=at)
    return run


@transaction.atomic
def withdraw_run(*, run: WaterfallRun, reason: str, actor: Actor, at: datetime) -> RunWithdrawal:
    """Take back a run of which nothing was paid: nobody is due anything by it, and its cash is free again.

    Interest that was accrued stays: it was earned.

    Args:
        run: Not withdrawn yet.
        reason: Why.
        actor: Who acts for the contract holder.
        at: Now.

    Raises:
        ReasonMissing: the record has to say why.
        RunPaid: something of it was paid, or waits for a second person, or it was withdrawn before.
    """
    if not reason.strip():
        raise ReasonMissing(_("Say why the run is taken back: the record keeps the reason."))
    contract = lock_contract(run.contract_id)
    subjects = list(Distribution.objects.filter(run=run).values_list("public_id", flat=True))
    waiting = RecordedMoney.objects.waiting().filter(purpose=DISTRIBUTION_PURPOSE, subject__in=subjects)
    paid = DistributionPayment.objects.standing().filter(distribution__run=run)
    if waiting.exists() or paid.exists() or RunWithdrawal.objects.filter(run=run).exists():
        raise RunPaid(_("Something of this run was paid or waits for a second person, or it was taken back before."))
    made = RunWithdrawal.objects.create(run=run, reason=reason.strip(), by=actor.ref, at=at)
    entry = Entry.objects.filter(book__slug=contract.book_slug, key=_key(run)).first()
    if entry is not None:
        ledger_operations.reverse(
            entry=entry,
            key=f"bonds:run_withdrawn:{run.public_id}",
            effective_on=legal_day(at),
            actor=actor.ref,
            reason="run withdrawn",
            batch=run.round.public_id,
            recorded_at=at,
        )
    audit.record(
        actor=actor.ref,
        action="bonds.run_withdrawn",
        at=at,
        organisation=contract.organisation.public_id,
        subject=run.public_id,
        reason=reason.strip()[:200],
    )
    return made


def _standing(
    contract: OutcomesContract, terms: InvestorTerms, book: Book, *, on: date, monthly_cost: int
) -> DealStanding:
    """Where the deal stands: what runs promised counts as paid, what the books owe is due."""
    return DealStanding(
        positions=compute_positions(terms, list_movements(contract, with_promised=True), on=on),
        costs=_costs(book),
        fees=_fees(contract, book, on=on),
        monthly_cost=monthly_cost,
        reserve=ledger_queries.account_balance(book=book, code=RESERVE),
        success_fees_paid=_success_fees(contract),
    )


def _costs(book: Book) -> tuple[Due, ...]:
    rows = [row for row in ledger_queries.trial_balance(book=book) if row.account.code in COSTS and row.balance > 0]
    return tuple(Due(party=row.account.name, amount=row.balance, what=row.account.code) for row in rows)


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


def _keep(
    contract: OutcomesContract,
    claim_round: ClaimRound,
    worked: WorkedRun,
    *,
    monthly_cost: int,
    actor: Actor,
    at: datetime,
) -> WaterfallRun:
    result = worked.result
    set_aside = sum(payout.paid for payout in result.payouts if payout.stage in _SET_ASIDE)
    version = ContractVersion.objects.filter(contract=contract).signed().last()
    assert version is not None, "a contract that runs was signed"
    run = WaterfallRun.objects.create(
        contract=contract,
        number=WaterfallRun.objects.filter(contract=contract).count() + 1,
        version=version,
        round=claim_round,
        run_on=result.on,
        cash_pence=worked.cash_pence,
        promised_pence=worked.promised_pence,
        available_pence=result.available,
        released_pence=result.released,
        set_aside_pence=set_aside,
        distributed_pence=result.distributed - set_aside,
        topped_up_pence=result.topped_up,
        kept_pence=result.kept,
        monthly_cost_pence=monthly_cost,
        steps=worked.steps,
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
        after={"number": run.number, "available_pence": run.available_pence, "pence": run.distributed_pence},
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


def _post(run: WaterfallRun, *, actor: Actor, at: datetime) -> None:
    dues = Distribution.objects.filter(run=run).select_related("party", "commitment")
    lines = declared_lines(list(dues), released=run.released_pence, topped_up=run.topped_up_pence)
    if lines:
        ledger_operations.post(
            book=ledger_queries.get_book_by_slug(slug=run.contract.book_slug),
            key=_key(run),
            kind="bonds.distributed",
            effective_on=run.run_on,
            lines=lines,
            actor=actor.ref,
            source=run.public_id,
            batch=run.round.public_id,
            recorded_at=at,
        )


def _key(run: WaterfallRun) -> str:
    return f"bonds:distributed:{run.public_id}"
