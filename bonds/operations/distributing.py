"""Sharing out a contract's cash: a run of the waterfall says who is due what, and why.

Nothing leaves the bank by a run: each party is paid through a recorded payment that a second person lets in.

Source: treasury specification A8: V12, V15; order of payment by the terms that the parties signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.arithmetic.editing import fingerprint
from bonds.arithmetic.payouts import WaterfallResult
from bonds.arithmetic.records import write_steps
from bonds.arithmetic.waterfall import run_waterfall
from bonds.models import (
    ClaimRound,
    Distribution,
    DistributionPayment,
    GuaranteeCall,
    GuaranteeMoney,
    OutcomesContract,
    RunWithdrawal,
    WaterfallRun,
)
from bonds.operations.accruing import post_accruals
from bonds.operations.assessing import check_running
from bonds.operations.committing import check_not_wound_up, require_investor_terms
from bonds.operations.errors import ReasonMissing
from bonds.operations.investor_errors import NothingToDistribute, RunPaid, check_seen
from bonds.operations.investor_postings import BANK, declared_lines
from bonds.operations.locks import lock_contract
from bonds.operations.provider_dues import post_provider_dues
from bonds.operations.releasing import take_up_again
from bonds.operations.rounds import open_round
from bonds.operations.runs import build_deal_standing, keep_run, undo_release_of_interest
from bonds.queries.investors import list_open
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from foundation.jobs import Tell, tell_nobody
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.models import Entry
from ledger.operations import Line
from payments.models import RecordedMoney

DISTRIBUTION_PURPOSE: Final = "bonds.distribution"


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
    check_not_wound_up(contract)
    book = ledger_queries.get_book_by_slug(slug=contract.book_slug)
    cash = ledger_queries.account_balance(book=book, code=BANK)
    promised = sum(pence for _due, pence in list_open(contract))
    standing = build_deal_standing(contract, terms, book, on=on, monthly_cost=monthly_cost_pence)
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
    tell: Tell = tell_nobody,
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
        tell: Is told how far it is.

    Returns:
        The run, with its distributions.

    Raises:
        NotRunning: the contract is a draft or closed.
        NoInvestors: nobody invests in it.
        WrittenOff, WoundUp: the investors' side is over.
        NothingToDistribute: there is no cash beside what was promised.
        AmountNegative: the monthly cost is below zero.
        PreviewOutdated: something has moved since it was looked at.
    """
    contract, on = lock_contract(contract.pk), legal_day(at)
    worked = work_out_run(contract=contract, monthly_cost_pence=monthly_cost_pence, on=on)
    check_seen(seen, worked.digest)
    claim_round = claim_round or open_round(contract, on=on)
    post_accruals(contract, on=on, batch=claim_round.public_id, actor=actor, at=at)
    post_provider_dues(contract, on=on, actor=actor, at=at, tell=tell)
    run = keep_run(
        contract,
        claim_round,
        worked.result,
        cash=worked.cash_pence,
        monthly_cost=monthly_cost_pence,
        actor=actor,
        at=at,
    )
    post_run(run, actor=actor, at=at)
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
    subjects += GuaranteeCall.objects.filter(run=run).values_list("public_id", flat=True)
    waiting = RecordedMoney.objects.waiting().filter(subject__in=subjects)
    guaranteed = GuaranteeMoney.objects.standing().filter(call__run=run)
    paid = DistributionPayment.objects.standing().filter(distribution__run=run)
    if waiting.exists() or paid.exists() or guaranteed.exists() or RunWithdrawal.objects.filter(run=run).exists():
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
    take_up_again(run, actor=actor, at=at)
    undo_release_of_interest(run, actor=actor, at=at)
    audit.record(
        actor=actor.ref,
        action="bonds.run_withdrawn",
        at=at,
        organisation=contract.organisation.public_id,
        subject=run.public_id,
        reason=reason.strip()[:200],
    )
    return made


def post_run(run: WaterfallRun, *, more: Sequence[Line] = (), actor: Actor, at: datetime) -> None:
    """Post what a run does to the books, in one entry.

    Args:
        run: Just kept, with its distributions.
        more: Lines beside those of its stages.
        actor: Who.
        at: Now.
    """
    dues = Distribution.objects.filter(run=run).select_related("party", "commitment")
    lines = [*declared_lines(list(dues), released=run.released_pence, topped_up=run.topped_up_pence), *more]
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
