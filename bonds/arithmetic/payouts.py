"""What goes into a waterfall and what comes out of it: dues, payouts, calls on guarantors, and the result whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bonds.arithmetic.lines import Step
from bonds.arithmetic.positions import Movement, MovementKind, Position
from bonds.arithmetic.tranches import Beneficiary, StageKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A cost or a fee that is owed: to whom, how many pence, for what."""

    party: str
    amount: int
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DealStanding:
    """Where a deal stands before money is paid out. Amounts are pence.

    Attributes:
        positions: Each commitment on the day of the run, in the order of the terms.
        costs: Tax and running costs of the vehicle that are due.
        fees: Fees of providers that are due.
        monthly_cost: What a month of costs and fees comes to, for the reserve.
        reserve: What the reserve holds.
        success_fees_paid: By provider, since the beginning.
        guarantees_paid: By guarantor, since the beginning.
        redeemed: Tranches that are ended early with this run.
        is_final: Whether the deal is wound up: the reserve is released, all principal is due, guarantees are called.
    """

    positions: tuple[Position, ...]
    costs: tuple[Due, ...] = ()
    fees: tuple[Due, ...] = ()
    monthly_cost: int = 0
    reserve: int = 0
    success_fees_paid: Mapping[str, int] = field(default_factory=dict)
    guarantees_paid: Mapping[str, int] = field(default_factory=dict)
    redeemed: frozenset[str] = frozenset()
    is_final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """What one party gets at one stage.

    Attributes:
        stage: Which.
        party: Who.
        tranche: For an investor.
        to: For a surplus: in what capacity.
        what: For a cost or a fee: for what.
        due: What they could have got at most, after their cap.
        cut: What their cap cut off; it is not due.
        paid: What they get.
    """

    stage: StageKind
    party: str
    tranche: str = ""
    to: Beneficiary | None = None
    what: str = ""
    due: int
    cut: int = 0
    paid: int

    @property
    def unpaid(self) -> int:
        """What stays due."""
        return self.due - self.paid


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteeCall:
    """What a guarantor pays an investor directly, for principal that did not come back."""

    guarantor: str
    investor: str
    tranche: str
    missing: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff:
    """Principal that is lost because its tranche was ended early."""

    investor: str
    tranche: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterfallResult:
    """How the money of one run was paid out, with a step per stage.

    Always: available and released = all payouts, what went into the reserve, and what was kept.

    Attributes:
        on: The day.
        available: Pence that were there.
        released: What came out of the reserve.
        topped_up: What went into it.
        reserve: What it holds afterwards.
        kept: What stays in the vehicle.
        payouts: In the order of the stages; also those of nothing, where something was due.
        guarantee_calls: Paid by guarantors, beside the money of the run.
        write_offs: Lost by early redemption.
        steps: One per stage: what was left after it, and with it what was due, cut and paid, and to whom.
    """

    on: date
    available: int
    released: int
    topped_up: int
    reserve: int
    kept: int
    payouts: tuple[Payout, ...]
    guarantee_calls: tuple[GuaranteeCall, ...]
    write_offs: tuple[WriteOff, ...]
    steps: tuple[Step, ...]

    @property
    def distributed(self) -> int:
        """All that was paid out."""
        return sum(payout.paid for payout in self.payouts)

    def paid_at(self, stage: StageKind, *, party: str = "", tranche: str = "") -> int:
        """What was paid at a stage, to one party or from one tranche where these are given."""
        return sum(
            payout.paid
            for payout in self.payouts
            if payout.stage == stage and party in {"", payout.party} and tranche in {"", payout.tranche}
        )


_MOVEMENTS: Final = {
    StageKind.INTEREST: MovementKind.INTEREST,
    StageKind.PRINCIPAL: MovementKind.PRINCIPAL,
    StageKind.UPSIDE: MovementKind.UPSIDE,
}


def list_movements(result: WaterfallResult) -> tuple[Movement, ...]:
    """List what a run moves for the investors, as the next positions need it.

    Args:
        result: Of a run that is carried out.

    Returns:
        Interest, principal, upside, guaranteed and written off, in this order, each above zero.
    """
    paid = [
        (payout.party, payout.tranche, _MOVEMENTS[payout.stage], payout.paid)
        for payout in result.payouts
        if payout.tranche
    ]
    paid += [(call.investor, call.tranche, MovementKind.GUARANTEED, call.amount) for call in result.guarantee_calls]
    paid += [(lost.investor, lost.tranche, MovementKind.WRITTEN_OFF, lost.amount) for lost in result.write_offs]
    return tuple(
        Movement(on=result.on, investor=investor, tranche=tranche, kind=kind, amount=amount)
        for investor, tranche, kind, amount in paid
        if amount
    )
