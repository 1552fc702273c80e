"""Ending early and winding up: a tranche is ended by its terms, or the whole deal, each by one explained run.

A run that winds the deal up releases the reserve, shares out all cash, calls on the guarantors for what is missing, and
writes off what nobody will pay. What was shared out and what guarantors owe is paid afterwards, by recorded money.

Source: treasury specification A8: V12 to V16; outcome contracts specification, section 3 (Newpin's 75 % and 50 %,
guarantees as payers of a shortfall).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.arithmetic.editing import fingerprint
from bonds.arithmetic.lines import Step
from bonds.arithmetic.payouts import WaterfallResult
from bonds.arithmetic.positions import MovementKind, Position
from bonds.arithmetic.records import write_steps
from bonds.arithmetic.tranches import StageKind, TrancheKind
from bonds.arithmetic.waterfall import run_waterfall
from bonds.models import (
    CommitmentChange,
    GuaranteeCall,
    OutcomesContract,
    Party,
    WaterfallRun,
)
from bonds.operations.accruing import post_accruals
from bonds.operations.assessing import check_running
from bonds.operations.committing import check_not_wound_up, require_investor_terms
from bonds.operations.distributing import post_run
from bonds.operations.ending_mails import tell_ended
from bonds.operations.errors import ReasonMissing
from bonds.operations.investor_errors import NothingToDistribute, PlaceNotEnding, check_seen
from bonds.operations.investor_postings import BANK
from bonds.operations.locks import lock_contract
from bonds.operations.provider_dues import post_provider_dues
from bonds.operations.releasing import release_interest, release_loans, release_undrawn
from bonds.operations.rounds import open_round
from bonds.operations.runs import build_deal_standing, keep_run, key_of_release
from bonds.queries.investors import Place, list_commitments, list_open
from bonds.states import RunKind
from core.periods import legal_day
from foundation.access import Actor
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries


@dataclass(frozen=True, slots=True)
class Ending:
    """What a run that ends something would do. Nothing is kept.

    Attributes:
        kind: What it ends.
        result: Stage by stage.
        cash: Pence in the bank before it.
        lost: Principal that is lost, by investor and tranche.
        interest: Interest that is lost, likewise.
    """

    kind: RunKind
    result: WaterfallResult
    cash: int
    lost: dict[Place, int]
    interest: dict[Place, int]

    @property
    def more(self) -> tuple[Step, ...]:
        """The steps after those of the stages: guarantees, and what is written off."""
        calls = self.result.guarantee_calls
        losses = [
            {"party": place[0], "tranche": place[1], "principal": pence, "interest": self.interest.get(place, 0)}
            for place, pence in sorted((dict.fromkeys(self.interest, 0) | self.lost).items())
        ]
        lost = {"principal": sum(self.lost.values()), "interest": sum(self.interest.values()), "losses": losses}
        steps = [Step("written_off", self.result.kept, lost)]
        if self.kind is RunKind.FINAL:
            called = {
                # Guarantees act one after another, so what is missing is missing to the first of them.
                "missing": sum(self.lost.values()) + sum(one.amount for one in calls),
                "called": sum(one.amount for one in calls),
                "calls": [
                    {"party": one.investor, "tranche": one.tranche, "guarantor": one.guarantor, "called": one.amount}
                    for one in calls
                ],
            }
            steps.insert(0, Step("guarantees", self.result.kept, called))
        return tuple(steps)

    @property
    def steps(self) -> list[dict[str, Any]]:
        """All steps, as a run keeps them."""
        return write_steps((*self.result.steps, *self.more))

    @property
    def digest(self) -> str:
        """What tells this way of ending from any other."""
        return fingerprint([self.kind.value, self.result.on.isoformat(), self.cash, self.steps])


def work_out_redemption(*, contract: OutcomesContract, tranche: str, on: date) -> Ending:
    """Work out how a tranche would be ended early on a day. Nothing is kept.

    Args:
        contract: Running, with investors.
        tranche: Code.
        on: The day.

    Raises:
        NotRunning, NoInvestors, WrittenOff, WoundUp: as `redeem_tranche`.
        PlaceNotEnding: there is no such tranche, nothing of it is outstanding, or it is called again when repaid.
        NoEarlyRedemption, RedemptionNotCovered: its terms say nothing of that day, or the money does not reach.
    """
    return _work_out(contract, RunKind.REDEMPTION, on=on, redeemed=(tranche,))


def work_out_final_run(*, contract: OutcomesContract, on: date) -> Ending:
    """Work out how the deal would be wound up on a day. Nothing is kept.

    Args:
        contract: Running, with investors.
        on: The day.

    Raises:
        NotRunning, NoInvestors, WrittenOff, WoundUp, NothingToDistribute: as `wind_up`.
    """
    return _work_out(contract, RunKind.FINAL, on=on)


@transaction.atomic
def redeem_tranche(
    *, contract: OutcomesContract, tranche: str, reason: str, seen: str = "", actor: Actor, at: datetime
) -> WaterfallRun:
    """End a tranche early: its investors get the part of their principal that the terms return, and lose the rest.

    Cash is shared out by the order of the terms, as in every run. What the tranche may still be called for is given up.

    Args:
        contract: Running, with investors.
        tranche: Code.
        reason: Why it is ended.
        seen: Digest of what was looked at before; if given, it has to be the same still.
        actor: Who acts for the contract holder.
        at: Now.

    Raises:
        ReasonMissing: the record has to say why.
        NotRunning: the contract is a draft or closed.
        NoInvestors: nobody invests in it.
        WrittenOff, WoundUp: the investors' side is over.
        PlaceNotEnding: there is no such tranche, nothing of it is outstanding, or it is called again when repaid.
        NoEarlyRedemption, RedemptionNotCovered: its terms say nothing of today, or the money does not reach.
        PreviewOutdated: something has moved since it was looked at.
    """
    return _end(contract, RunKind.REDEMPTION, reason, seen, redeemed=(tranche,), actor=actor, at=at)


@transaction.atomic
def wind_up(*, contract: OutcomesContract, reason: str, seen: str = "", actor: Actor, at: datetime) -> WaterfallRun:
    """Wind the deal up: the reserve is released, all cash shared out, guarantors are called on, the rest is lost.

    What investors may still be called for is released, and they are told.

    Afterwards nobody is called on, nothing is accrued, and cash is not shared out again; what was shared out and what
    guarantors owe is paid. A run of which nothing was paid can be taken back.

    Args:
        contract: Running, with investors.
        reason: Why it ends now.
        seen: Digest of what was looked at before; if given, it has to be the same still.
        actor: Who acts for the contract holder.
        at: Now.

    Raises:
        ReasonMissing: the record has to say why.
        NotRunning: the contract is a draft or closed.
        NoInvestors: nobody invests in it.
        WrittenOff, WoundUp: the investors' side is over.
        NothingToDistribute: earlier runs promised more than there is.
        PreviewOutdated: something has moved since it was looked at.
    """
    return _end(contract, RunKind.FINAL, reason, seen, actor=actor, at=at)


def _work_out(contract: OutcomesContract, kind: RunKind, *, on: date, redeemed: tuple[str, ...] = ()) -> Ending:
    check_running(contract)
    terms = require_investor_terms(contract)
    check_not_wound_up(contract)
    book = ledger_queries.get_book_by_slug(slug=contract.book_slug)
    is_final = kind is RunKind.FINAL
    standing = build_deal_standing(contract, terms, book, on=on, redeemed=redeemed, is_final=is_final)
    _check_ending(standing.positions, redeemed)
    cash = ledger_queries.account_balance(book=book, code=BANK)
    free = cash - sum(pence for _due, pence in list_open(contract))
    if free < 0:
        raise NothingToDistribute(_("Earlier runs promised more than there is in the bank."), cash_pence=cash)
    result = run_waterfall(terms, standing, available_pence=free, on=on)
    lost = _lost(standing.positions, result) if is_final else _lost_early(result)
    interest = _lost_interest(standing.positions, result) if is_final else {}
    return Ending(kind, result, cash, lost, interest)


def _check_ending(positions: tuple[Position, ...], redeemed: tuple[str, ...]) -> None:
    for code in redeemed:
        mine = [one for one in positions if one.tranche.code == code]
        if not any(one.principal for one in mine) or any(one.tranche.is_recycled for one in mine):
            raise PlaceNotEnding(
                _("Nothing of this tranche is outstanding, or what is repaid of it can be called again."), tranche=code
            )


def _lost(positions: tuple[Position, ...], result: WaterfallResult) -> dict[Place, int]:
    """Principal that neither cash nor a guarantor returns; what was given was never to come back."""
    lost = {}
    for one in positions:
        investor, tranche = one.commitment.investor, one.tranche.code
        paid = result.paid_at(StageKind.PRINCIPAL, party=investor, tranche=tranche)
        made_good = sum(
            call.amount for call in result.guarantee_calls if (call.investor, call.tranche) == (investor, tranche)
        )
        if one.tranche.kind != TrancheKind.GRANT and one.principal > paid + made_good:
            lost[investor, tranche] = one.principal - paid - made_good
    return lost


def _lost_early(result: WaterfallResult) -> dict[Place, int]:
    return {(one.investor, one.tranche): one.amount for one in result.write_offs}


def _lost_interest(positions: tuple[Position, ...], result: WaterfallResult) -> dict[Place, int]:
    unpaid = {}
    for one in positions:
        place = (one.commitment.investor, one.tranche.code)
        left = one.interest_due - result.paid_at(StageKind.INTEREST, party=place[0], tranche=place[1])
        if left > 0:
            unpaid[place] = left
    return unpaid


def _end(
    contract: OutcomesContract,
    kind: RunKind,
    reason: str,
    seen: str,
    *,
    redeemed: tuple[str, ...] = (),
    actor: Actor,
    at: datetime,
) -> WaterfallRun:
    if not reason.strip():
        raise ReasonMissing(_("Say why it ends now: the record keeps the reason."))
    contract, on = lock_contract(contract.pk), legal_day(at)
    ending = _work_out(contract, kind, on=on, redeemed=redeemed)
    check_seen(seen, ending.digest)
    claim_round = open_round(contract, on=on)
    post_accruals(contract, on=on, batch=claim_round.public_id, actor=actor, at=at)
    post_provider_dues(contract, on=on, actor=actor, at=at)
    run = keep_run(
        contract,
        claim_round,
        ending.result,
        cash=ending.cash,
        kind=kind,
        reason=reason.strip(),
        more=ending.more,
        actor=actor,
        at=at,
    )
    _keep_guarantees(run, ending)
    changes = _keep_lost(run, ending, actor=actor, at=at)
    post_run(run, more=release_loans(changes), actor=actor, at=at)
    _release_interest(run, ending, actor=actor, at=at)
    release_undrawn(
        contract,
        tranches=redeemed or None,
        run=run,
        reason=run.reason,
        on=run.run_on,
        batch=claim_round.public_id,
        actor=actor,
        at=at,
    )
    tell_ended(run, at=at)
    return run


def _keep_guarantees(run: WaterfallRun, ending: Ending) -> None:
    parties = {party.code: party for party in Party.objects.filter(contract=run.contract)}
    commitments = list_commitments(run.contract)
    for place, one in enumerate(ending.result.guarantee_calls, start=1):
        GuaranteeCall.objects.create(
            run=run,
            place=place,
            guarantor=parties[one.guarantor],
            commitment=commitments[one.investor, one.tranche],
            missing_pence=one.missing,
            pence=one.amount,
        )


def _keep_lost(run: WaterfallRun, ending: Ending, *, actor: Actor, at: datetime) -> list[CommitmentChange]:
    commitments = list_commitments(run.contract)
    return [
        CommitmentChange.objects.create(
            commitment=commitments[place],
            kind=MovementKind.WRITTEN_OFF.value,
            run=run,
            changed_on=run.run_on,
            pence=pence,
            reason=run.reason,
            by=actor.ref,
            at=at,
        )
        for place, pence in ending.lost.items()
    ]


def _release_interest(run: WaterfallRun, ending: Ending, *, actor: Actor, at: datetime) -> None:
    """Interest that will not be paid is not owed any more; if the run is taken back, it is accrued again."""
    commitments = list_commitments(run.contract)
    lost = {commitments[place]: pence for place, pence in ending.interest.items()}
    lines = release_interest(lost, on=run.run_on, actor=actor, at=at)
    if lines:
        ledger_operations.post(
            book=ledger_queries.get_book_by_slug(slug=run.contract.book_slug),
            key=key_of_release(run),
            kind="bonds.written_off",
            effective_on=run.run_on,
            lines=lines,
            actor=actor.ref,
            source=run.public_id,
            batch=run.round.public_id,
            recorded_at=at,
        )
