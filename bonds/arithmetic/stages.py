"""The stages of a waterfall, one function each: what is due at it, what a cap cuts, and how the money is divided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final

from bonds.arithmetic.interest import round_half_up
from bonds.arithmetic.lines import Step
from bonds.arithmetic.payouts import DealStanding, Due, Payout
from bonds.arithmetic.positions import Position
from bonds.arithmetic.pricing import WHOLE_PERCENT
from bonds.arithmetic.tranches import InvestorTerms, Repayment, Stage, StageKind
from bonds.arithmetic.upsides import share_upside
from core.errors import InvalidInput
from core.splitting import allocate


class NoEarlyRedemption(InvalidInput):
    """A tranche is to be ended early on a day for which its terms say nothing."""

    code = "bonds.waterfall.no_early_redemption"


@dataclass(slots=True)
class Run:
    """A waterfall while it goes on: what is left falls from stage to stage.

    Attributes:
        terms: What was agreed.
        standing: Where the deal stood before.
        on: The day.
        left: Pence not paid out yet.
        reserve: What the reserve holds.
        rooms: By position, what its investor may still be paid; None where nothing limits.
        principal: By position, what of the principal is still to come back, now or later.
        payouts: So far.
        steps: So far.
    """

    terms: InvestorTerms
    standing: DealStanding
    on: date
    left: int
    reserve: int
    rooms: list[int | None]
    principal: list[int]
    payouts: list[Payout] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def pay(self, stage: Stage, payouts: Sequence[Payout]) -> None:
        """Pay out at a stage and write down its step."""
        listed = [payout for payout in payouts if payout.due or payout.cut]
        due = cut = paid = 0
        for payout in listed:
            due += payout.due
            cut += payout.cut
            paid += payout.paid
        self.left -= paid
        self.payouts += listed
        facts: dict[str, object] = {"due": due, "cut": cut, "paid": paid, "unpaid": due - paid}
        if stage.tranches:
            facts["tranches"] = list(stage.tranches)
        facts["parts"] = [_describe(payout) for payout in listed]
        self.steps.append(Step(stage.kind, self.left, facts))

    def seats(self, codes: Sequence[str]) -> list[int]:
        """Give the places of the positions in these tranches."""
        return [index for index, position in enumerate(self.standing.positions) if position.tranche.code in codes]

    def take(self, index: int, amount: int) -> None:
        """Note that an investor is paid."""
        room = self.rooms[index]
        self.rooms[index] = None if room is None else room - amount

    def return_room(self, index: int) -> int | None:
        """Tell what an investor may still get beyond the principal that is to come back."""
        room = self.rooms[index]
        return None if room is None else max(0, room - self.principal[index])


def principal_to_return(standing: DealStanding, position: Position, on: date) -> int:
    """Work out what of a position's principal is to come back, now or later.

    Args:
        standing: Says which tranches are ended early.
        position: Whose.
        on: The day of the run.

    Returns:
        All that is outstanding; of a tranche that is ended early the part that its terms return on that day, rounded
        half up per investor.

    Raises:
        NoEarlyRedemption: the terms say nothing of that day.

    Source: early redemption of published bonds, such as Newpin's 75 % and 50 %.
    """
    if position.tranche.code not in standing.redeemed:
        return position.principal
    for redemption in position.tranche.redemptions:
        if redemption.period.holds(on):
            return round_half_up(Fraction(position.principal * redemption.percent, WHOLE_PERCENT))
    raise NoEarlyRedemption("This tranche cannot be ended early on this day.", tranche=position.tranche.code, on=on)


def reserve_target(terms: InvestorTerms, standing: DealStanding) -> int:
    """Work out what the reserve is to hold: months of cost, nothing once the deal is wound up."""
    return 0 if standing.is_final else terms.reserve_months * standing.monthly_cost


def pay_stage(run: Run, stage: Stage) -> None:
    """Carry out one stage: pay what is due from what is left, and write down its step."""
    _STAGES[stage.kind](run, stage)


def _pay_costs(run: Run, stage: Stage) -> None:
    _pay_dues(run, stage, run.standing.costs)


def _pay_fees(run: Run, stage: Stage) -> None:
    _pay_dues(run, stage, run.standing.fees)


def _pay_dues(run: Run, stage: Stage, dues: Sequence[Due]) -> None:
    paid = _divide(run.left, [due.amount for due in dues])
    run.pay(
        stage,
        [
            Payout(stage=stage.kind, party=due.party, what=due.what, due=due.amount, paid=part)
            for due, part in zip(dues, paid, strict=True)
        ],
    )


def _fill_reserve(run: Run, stage: Stage) -> None:
    target = reserve_target(run.terms, run.standing)
    due = max(0, target - run.reserve)
    paid = min(run.left, due)
    run.left -= paid
    run.reserve += paid
    facts = {"due": due, "cut": 0, "paid": paid, "unpaid": due - paid, "target": target, "reserve": run.reserve}
    run.steps.append(Step(stage.kind, run.left, facts | {"months": run.terms.reserve_months}))


def _pay_interest(run: Run, stage: Stage) -> None:
    seats = run.seats(stage.tranches)
    owed = [run.standing.positions[index].interest_due for index in seats]
    rooms = [run.return_room(index) for index in seats]
    _pay_investors(run, stage, seats, owed, rooms)


def _pay_principal(run: Run, stage: Stage) -> None:
    seats = run.seats(stage.tranches)
    owed = [run.principal[index] if _is_due(run, index) else 0 for index in seats]
    rooms = [run.rooms[index] for index in seats]
    for index, paid in zip(seats, _pay_investors(run, stage, seats, owed, rooms), strict=True):
        run.principal[index] -= paid


def _is_due(run: Run, index: int) -> bool:
    """Whether the principal of a position is due on the day of the run."""
    tranche = run.standing.positions[index].tranche
    if tranche.repayment == Repayment.SWEEP or run.standing.is_final or tranche.code in run.standing.redeemed:
        return True
    return tranche.matures_on is not None and tranche.matures_on <= run.on


def _pay_investors(
    run: Run, stage: Stage, seats: Sequence[int], owed: Sequence[int], rooms: Sequence[int | None]
) -> list[int]:
    """Pay investors what they are owed, cut by their caps, in proportion to what is due; tell what each is paid."""
    due = [amount if room is None else min(amount, max(0, room)) for amount, room in zip(owed, rooms, strict=True)]
    paid = _divide(run.left, due)
    run.pay(
        stage,
        [
            _investor_payout(run, stage, index, due=due[place], cut=owed[place] - due[place], paid=paid[place])
            for place, index in enumerate(seats)
        ],
    )
    for index, amount in zip(seats, paid, strict=True):
        run.take(index, amount)
    return paid


def _share_upside(run: Run, stage: Stage) -> None:
    upside = run.terms.upside
    if upside is None:
        return run.pay(stage, [])
    seats = run.seats(upside.tranches)
    shares = share_upside(
        upside,
        [run.standing.positions[index] for index in seats],
        [run.return_room(index) for index in seats],
        amount=run.left,
        fees_paid=run.standing.success_fees_paid,
    )
    for index, share in zip(seats, shares[len(upside.fees) :], strict=True):
        run.take(index, share.taken)
    run.pay(
        stage,
        [
            Payout(
                stage=stage.kind,
                party=share.party,
                tranche=share.tranche,
                due=share.taken,
                cut=max(0, share.offered - share.taken),
                paid=share.taken,
            )
            for share in shares
        ],
    )
    return None


def _pay_surplus(run: Run, stage: Stage) -> None:
    parts = run.terms.surplus
    paid = allocate(run.left if parts else 0, [part.percent for part in parts])
    run.pay(
        stage,
        [
            Payout(stage=stage.kind, party=part.party, to=part.to, due=amount, paid=amount)
            for part, amount in zip(parts, paid, strict=True)
        ],
    )


def _divide(left: int, due: Sequence[int]) -> list[int]:
    """Pay all that is due, or divide what is left in proportion to it."""
    return list(due) if sum(due) <= left else allocate(left, due)


def _investor_payout(run: Run, stage: Stage, index: int, *, due: int, cut: int, paid: int) -> Payout:
    position = run.standing.positions[index]
    investor, tranche = position.commitment.investor, position.tranche.code
    return Payout(stage=stage.kind, party=investor, tranche=tranche, due=due, cut=cut, paid=paid)


def _describe(payout: Payout) -> Mapping[str, object]:
    """Give a payout as a step lists it; what does not apply is left out."""
    parts: dict[str, object] = {"party": payout.party}
    if payout.tranche:
        parts["tranche"] = payout.tranche
    if payout.to:
        parts["to"] = str(payout.to)
    if payout.what:
        parts["what"] = payout.what
    return parts | {"due": payout.due, "cut": payout.cut, "paid": payout.paid}


_STAGES: Final[Mapping[StageKind, Callable[[Run, Stage], None]]] = {
    StageKind.COSTS: _pay_costs,
    StageKind.PROVIDER_FEES: _pay_fees,
    StageKind.RESERVE: _fill_reserve,
    StageKind.INTEREST: _pay_interest,
    StageKind.PRINCIPAL: _pay_principal,
    StageKind.UPSIDE: _share_upside,
    StageKind.SURPLUS: _pay_surplus,
}
