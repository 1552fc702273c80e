"""Paying out what a deal has, stage after stage: who is paid, who waits, and why, with a step for each.

A stage is paid only from what the stages before it left, so nobody junior is paid while somebody senior is owed. A
return cap cuts what is due and is named; principal has its room below the cap, because interest and upside leave it.

Source: order of payment of outcome contracts by `tranches.typical_order` unless the terms have their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from bonds.arithmetic.guarantees import call_guarantors
from bonds.arithmetic.lines import Step
from bonds.arithmetic.payouts import DealStanding, WaterfallResult, WriteOff
from bonds.arithmetic.positions import compute_room
from bonds.arithmetic.stages import Run, pay_stage, principal_to_return, reserve_target
from bonds.arithmetic.tranches import InvestorTerms, Stage, StageKind
from core.errors import DomainError, InvalidInput

# Stages that come before the investors; while money is recycled, what they leave is held back.
BEFORE_INVESTORS: Final = frozenset({StageKind.COSTS, StageKind.PROVIDER_FEES, StageKind.RESERVE})


class AmountNegative(InvalidInput):
    """What there is to pay out, or what is due, is less than nothing."""

    code = "bonds.waterfall.amount_negative"


class StandingDoesNotFit(InvalidInput):
    """The positions are not those of the day of the run, or not those of the terms."""

    code = "bonds.waterfall.standing_does_not_fit"


class RedemptionNotCovered(DomainError):
    """A tranche is to be ended early and the money does not reach for what its terms return."""

    code = "bonds.waterfall.redemption_not_covered"


def run_waterfall(terms: InvestorTerms, standing: DealStanding, *, available_pence: int, on: date) -> WaterfallResult:
    """Pay out what is available by the stages of the terms.

    Args:
        terms: What the investors agreed.
        standing: Where the deal stands on the day.
        available_pence: Money beside the reserve, zero or more.
        on: The day of payment.

    Returns:
        The payouts and the steps. Payouts, reserve and what is kept sum to what was available and released.

    Raises:
        AmountNegative: less than nothing is available, due or in reserve.
        StandingDoesNotFit: the positions are of another day or of other commitments.
        NoEarlyRedemption: a tranche is ended early that cannot be on that day.
        RedemptionNotCovered: it can, and the money does not reach for it.

    Source: the order of payment in the terms; a stage pays all that is due, or divides what is left in proportion to
    what is due, by largest remainder, which is its one rounding point.
    """
    _check(terms, standing, available_pence, on)
    stages = terms.stages()
    released = _released(terms, standing, stages, available_pence)
    run = Run(
        terms=terms,
        standing=standing,
        on=on,
        left=available_pence + released,
        reserve=standing.reserve - released,
        rooms=[compute_room(position) for position in standing.positions],
        principal=[principal_to_return(standing, position, on) for position in standing.positions],
    )
    figures = {"cash": available_pence, "reserve": standing.reserve, "released": released}
    run.steps.append(Step("available", run.left, figures))
    _pay_stages(run, stages)
    return _close(run, available_pence, released)


def _check(terms: InvestorTerms, standing: DealStanding, available: int, on: date) -> None:
    dues = (due.amount for due in (*standing.costs, *standing.fees))
    least = min(available, standing.reserve, standing.monthly_cost, *dues)
    if least < 0:
        raise AmountNegative("What there is to pay out, and what is due, cannot be less than nothing.", least=least)
    if tuple(position.commitment for position in standing.positions) != terms.commitments:
        raise StandingDoesNotFit("The positions are not those of these commitments.")
    other = [position.on for position in standing.positions if position.on != on]
    if other:
        raise StandingDoesNotFit("The positions are of another day.", on=on, other=other[0])


def _released(terms: InvestorTerms, standing: DealStanding, stages: Sequence[Stage], available: int) -> int:
    """What comes out of the reserve: what it holds above its target, and what costs and fees lack."""
    above = max(0, standing.reserve - reserve_target(terms, standing))
    kinds = {stage.kind for stage in stages}
    due = sum(each.amount for each in standing.costs if StageKind.COSTS in kinds)
    due += sum(each.amount for each in standing.fees if StageKind.PROVIDER_FEES in kinds)
    return above + min(standing.reserve - above, max(0, due - available - above))


def _pay_stages(run: Run, stages: Sequence[Stage]) -> None:
    until_on = run.terms.recycled_until_on
    is_recycling = until_on is not None and run.on < until_on and not run.standing.is_final
    for stage in stages:
        if is_recycling and stage.kind not in BEFORE_INVESTORS:
            run.steps.append(Step("recycled", run.left, {"until_on": str(until_on), "kept": run.left}))
            return
        pay_stage(run, stage)


def _close(run: Run, available: int, released: int) -> WaterfallResult:
    topped_up = run.reserve + released - run.standing.reserve
    result = WaterfallResult(
        on=run.on,
        available=available,
        released=released,
        topped_up=topped_up,
        reserve=run.reserve,
        kept=run.left,
        payouts=tuple(run.payouts),
        guarantee_calls=call_guarantors(run.terms, run.standing, run.payouts),
        write_offs=_list_write_offs(run),
        steps=tuple(run.steps),
    )
    assert result.distributed + topped_up + run.left == available + released, "money was lost on the way"
    return result


def _list_write_offs(run: Run) -> tuple[WriteOff, ...]:
    """List what is lost in tranches that are ended early: all that their terms do not return."""
    returned = [
        payout
        for payout in run.payouts
        if payout.stage == StageKind.PRINCIPAL and payout.tranche in run.standing.redeemed
    ]
    unpaid = sum(payout.unpaid for payout in returned)
    if unpaid:
        raise RedemptionNotCovered("The money does not reach for ending this early.", unpaid=unpaid)
    paid = {(payout.party, payout.tranche): payout.paid for payout in returned}
    lost = [
        WriteOff(
            investor=position.commitment.investor,
            tranche=position.tranche.code,
            amount=position.principal - paid.get((position.commitment.investor, position.tranche.code), 0),
        )
        for position in run.standing.positions
        if position.tranche.code in run.standing.redeemed
    ]
    return tuple(each for each in lost if each.amount)
