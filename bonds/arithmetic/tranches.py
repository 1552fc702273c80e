"""What the investors of a contract agreed, as data: who committed how much, what it earns, and who is paid first.

Amounts are whole pence; rates are percent a year; percents without a name of their own are in hundredths: 4000 is 40 %.

Source: investments of published outcome contracts (GO Lab INDIGO, investments sheet): terms differ by investor inside
one deal, and a return in print may be an internal rate, a simple one, or a multiple. The typical order of payment is
common practice of the market and no rule of law (unverified), so it is data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from bonds.arithmetic.terms import Period


class TrancheKind(StrEnum):
    """How early money is repaid, the earliest first."""

    SENIOR = "senior"
    MEZZANINE = "mezzanine"
    FIRST_LOSS = "first_loss"
    RECOVERABLE_GRANT = "recoverable_grant"  # repaid after everybody else, without interest
    GRANT = "grant"  # called on like the others and never repaid


class InterestKind(StrEnum):
    """What a tranche earns before any upside."""

    NONE = "none"
    SIMPLE = "simple"  # on what is outstanding, by days, ACT/365F; unpaid interest earns nothing
    COUPON = "coupon"  # fixed coupons of so many months; a part of a period counts by its days, ACT/ACT (ICMA)
    DECLARED = "declared"  # what a result earns, declared when the result is known


class Repayment(StrEnum):
    """When principal is due."""

    SWEEP = "sweep"  # all that is outstanding, whenever there is money for it
    MATURITY = "maturity"  # all of it on a day, nothing before


class ReturnKind(StrEnum):
    """What a stated return means. A bare "% a year" in print is often simple."""

    IRR = "irr"
    SIMPLE = "simple"
    MULTIPLE = "multiple"


class StageKind(StrEnum):
    """What a stage of the waterfall pays."""

    COSTS = "costs"  # tax and running costs of the vehicle
    PROVIDER_FEES = "provider_fees"
    RESERVE = "reserve"
    INTEREST = "interest"
    PRINCIPAL = "principal"
    UPSIDE = "upside"  # success fees of providers and the investors' part of a surplus, until their caps
    SURPLUS = "surplus"


class Beneficiary(StrEnum):
    """In what capacity somebody gets a surplus."""

    COMMISSIONER = "commissioner"
    PROVIDER = "provider"
    ASSET_LOCK = "asset_lock"


class GuaranteeBasis(StrEnum):
    """Of what a guarantor makes good a part."""

    PRINCIPAL = "principal"  # investors get back at least this part of what they paid in
    LOSS = "loss"  # investors are paid this part of what they lost


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCap:
    """The most that an investor can get out.

    Attributes:
        kind: Of what the limit is.
        limit: Percent a year, or for `MULTIPLE` how many times what was paid in; at least no loss (0 %, once).
    """

    kind: ReturnKind
    limit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """The part of the principal that is returned when a tranche is ended early in a period; the rest is lost."""

    period: Period
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tranche:
    """Money that stands in one place of the order.

    Attributes:
        code: Short and lasting: "senior".
        name: What people call it.
        kind: How early it is repaid.
        interest: What it earns.
        rate: Percent a year, for `SIMPLE` and `COUPON`.
        coupon_months: How long each period of a fixed coupon is.
        coupon_from_on: The first day of the first of them.
        interest_until_on: The day from which the rate earns nothing more; None: none.
        repayment: When principal is due.
        matures_on: For `Repayment.MATURITY`.
        return_caps: Each holds for each investor, unless their commitment has its own.
        is_recycled: Whether repaid principal can be called again.
        redemptions: What is returned when it is ended early.
    """

    code: str
    name: str
    kind: TrancheKind
    interest: InterestKind = InterestKind.NONE
    rate: Decimal = Decimal(0)
    coupon_months: int = 12
    coupon_from_on: date | None = None
    interest_until_on: date | None = None
    repayment: Repayment = Repayment.SWEEP
    matures_on: date | None = None
    return_caps: tuple[ReturnCap, ...] = ()
    is_recycled: bool = False
    redemptions: tuple[Redemption, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What one investor promised to one tranche.

    Attributes:
        investor: Party.
        tranche: Code.
        amount: Pence.
        rate: Their own rate; None: the tranche's.
        return_caps: Their own; None: the tranche's; empty: none.
    """

    investor: str
    tranche: str
    amount: int
    rate: Decimal | None = None
    return_caps: tuple[ReturnCap, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """Somebody outside the order who pays a shortfall when the deal is wound up.

    Attributes:
        guarantor: Party.
        tranches: Whose shortfall.
        percent: How much of it is made good, in hundredths of a percent.
        basis: Of what.
        most: At most so many pence altogether; None: no other limit.
    """

    guarantor: str
    tranches: tuple[str, ...]
    percent: int
    basis: GuaranteeBasis = GuaranteeBasis.PRINCIPAL
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessFee:
    """A provider's part of the upside, in hundredths of a percent of it, up to so many pence altogether."""

    provider: str
    percent: int
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upside:
    """How what is left after principal and interest is shared.

    What the success fees leave is the investors', in proportion to what each paid in.

    Attributes:
        tranches: Whose investors take part.
        fees: The providers' parts.
        is_respread: Whether what one investor's cap cuts goes to the investors below theirs.
        do_fees_go_on: Whether providers get their whole part when the investors' is cut by caps; if not, the split
            ends with the investors' part, and the rest is surplus.
    """

    tranches: tuple[str, ...]
    fees: tuple[SuccessFee, ...] = ()
    is_respread: bool = True
    do_fees_go_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SurplusPart:
    """Who gets a surplus, in what capacity, and how much of it in hundredths of a percent."""

    to: Beneficiary
    party: str
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of the waterfall. Tranches named together are paid together, in proportion to what is due."""

    kind: StageKind
    tranches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestorTerms:
    """One version of what the investors agreed, whole.

    Attributes:
        currency: ISO 4217.
        tranches: In any order.
        commitments: Their order breaks ties of odd pennies.
        order: The stages, first to last; empty: the typical order.
        calls: Tranches called together, group after group; empty: all together.
        reserve_months: The reserve is to hold so many months of cost.
        recycled_until_on: Until this day nothing is paid to investors: what costs leave over is kept for delivery.
        upside: None: investors get no more than principal and interest.
        surplus: Who gets what is left at the end; empty: it stays in the vehicle.
        guarantees: In the order in which they are called on.
    """

    currency: str
    tranches: tuple[Tranche, ...]
    commitments: tuple[Commitment, ...]
    order: tuple[Stage, ...] = ()
    calls: tuple[tuple[str, ...], ...] = ()
    reserve_months: int = 0
    recycled_until_on: date | None = None
    upside: Upside | None = None
    surplus: tuple[SurplusPart, ...] = ()
    guarantees: tuple[Guarantee, ...] = field(default_factory=tuple)

    def tranche(self, code: str) -> Tranche:
        """The tranche of a code, which has to be one of theirs."""
        return next(tranche for tranche in self.tranches if tranche.code == code)

    def stages(self) -> tuple[Stage, ...]:
        """The order in which money is paid out."""
        return self.order or typical_order(self.tranches)


def typical_order(tranches: Sequence[Tranche]) -> tuple[Stage, ...]:
    """Give the order in which deals of this kind usually pay.

    Costs of the vehicle, fees of providers, reserve; then interest and principal of each kind of tranche by rank,
    recoverable grants, upside, surplus. Tranches of one kind are paid together.

    Source: common practice of the market, no rule of law (unverified).
    """
    stages = [Stage(kind=StageKind.COSTS), Stage(kind=StageKind.PROVIDER_FEES), Stage(kind=StageKind.RESERVE)]
    for kind in TrancheKind:
        ranked = [tranche for tranche in tranches if tranche.kind == kind and kind != TrancheKind.GRANT]
        earning = tuple(tranche.code for tranche in ranked if tranche.interest != InterestKind.NONE)
        if earning:
            stages.append(Stage(kind=StageKind.INTEREST, tranches=earning))
        if ranked:
            stages.append(Stage(kind=StageKind.PRINCIPAL, tranches=tuple(tranche.code for tranche in ranked)))
    return (*stages, Stage(kind=StageKind.UPSIDE), Stage(kind=StageKind.SURPLUS))
