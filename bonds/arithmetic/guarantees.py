"""Calling on guarantors: a guarantor stands outside the order and pays a shortfall when the deal is wound up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from bonds.arithmetic.interest import round_half_up
from bonds.arithmetic.payouts import DealStanding, GuaranteeCall, Payout
from bonds.arithmetic.positions import Position
from bonds.arithmetic.pricing import WHOLE_PERCENT
from bonds.arithmetic.tranches import Guarantee, GuaranteeBasis, InvestorTerms, StageKind
from core.splitting import allocate


def call_guarantors(
    terms: InvestorTerms, standing: DealStanding, payouts: Sequence[Payout]
) -> tuple[GuaranteeCall, ...]:
    """Work out what guarantors owe after the last money was paid out.

    Guarantees act one after another: what the first makes good is not missing to the second.

    Args:
        terms: With the guarantees.
        standing: Where the deal stood before the run; nothing is called unless it is wound up.
        payouts: Of the run.

    Returns:
        The calls above zero; each guarantor's sum to at most what is left of its limit, divided by largest remainder.

    Source: guarantees of published bonds, such as 75 % of the principal at Rikers Island; on the part made good, the
    rounding is half up per investor.
    """
    if not standing.is_final:
        return ()
    repaid = [position.repaid + _paid_now(position, payouts) for position in standing.positions]
    called: list[GuaranteeCall] = []
    for guarantee in terms.guarantees:
        missing = [_missing(guarantee, position, repaid[index]) for index, position in enumerate(standing.positions)]
        for index, amount in enumerate(_within(guarantee, missing, standing.guarantees_paid)):
            repaid[index] += amount
            if amount:
                called.append(_call(guarantee, standing.positions[index], missing[index], amount))
    return tuple(called)


def _missing(guarantee: Guarantee, position: Position, repaid: int) -> int:
    """What one guarantee makes good of what is missing, before its limit."""
    lost = max(0, position.drawn - repaid)
    if position.tranche.code not in guarantee.tranches:
        return 0
    if guarantee.basis == GuaranteeBasis.LOSS:
        return round_half_up(Fraction(lost * guarantee.percent, WHOLE_PERCENT))
    return max(0, round_half_up(Fraction(position.drawn * guarantee.percent, WHOLE_PERCENT)) - repaid)


def _within(guarantee: Guarantee, missing: Sequence[int], paid: Mapping[str, int]) -> list[int]:
    wanted = sum(missing)
    if guarantee.most is None:
        return list(missing)
    return allocate(min(wanted, max(0, guarantee.most - paid.get(guarantee.guarantor, 0))), missing)


def _paid_now(position: Position, payouts: Sequence[Payout]) -> int:
    key = (StageKind.PRINCIPAL, position.commitment.investor, position.tranche.code)
    return sum(payout.paid for payout in payouts if (payout.stage, payout.party, payout.tranche) == key)


def _call(guarantee: Guarantee, position: Position, missing: int, amount: int) -> GuaranteeCall:
    return GuaranteeCall(
        guarantor=guarantee.guarantor,
        investor=position.commitment.investor,
        tranche=position.tranche.code,
        missing=missing,
        amount=amount,
    )
