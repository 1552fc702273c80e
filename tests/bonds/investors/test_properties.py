"""A thousand random deals through some runs each: sums, seniority, caps. What must hold whatever was agreed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from bonds.arithmetic.payouts import DealStanding, Due, WaterfallResult, list_movements
from bonds.arithmetic.positions import Movement, MovementKind, Position, compute_positions
from bonds.arithmetic.returns import Flow, compute_rate
from bonds.arithmetic.soundness.investors import find_investor_problems
from bonds.arithmetic.tranches import (
    Beneficiary,
    Commitment,
    Guarantee,
    InterestKind,
    InvestorTerms,
    Repayment,
    ReturnCap,
    ReturnKind,
    Stage,
    StageKind,
    SuccessFee,
    SurplusPart,
    Tranche,
    TrancheKind,
    Upside,
)
from bonds.arithmetic.waterfall import run_waterfall
from tests.bonds.investors.deals import START

RATES = st.decimals(0, 20, places=2)
CAPS = st.one_of(
    st.builds(ReturnCap, kind=st.sampled_from([ReturnKind.IRR, ReturnKind.SIMPLE]), limit=RATES),
    st.builds(ReturnCap, kind=st.just(ReturnKind.MULTIPLE), limit=st.decimals(1, 2, places=3)),
)
PENCE = st.integers(0, 10**9)
LENDING = {TrancheKind.SENIOR, TrancheKind.MEZZANINE, TrancheKind.FIRST_LOSS}


@st.composite
def tranches(draw, kind: TrancheKind) -> Tranche:
    interest = draw(st.sampled_from(InterestKind)) if kind in LENDING else InterestKind.NONE
    repayment = draw(st.sampled_from(Repayment))
    return Tranche(
        code=kind.value,
        name=kind.value,
        kind=kind,
        interest=interest,
        rate=draw(RATES) if interest in {InterestKind.SIMPLE, InterestKind.COUPON} else Decimal(0),
        coupon_months=draw(st.sampled_from([1, 3, 6, 12])),
        coupon_from_on=START if interest == InterestKind.COUPON else None,
        repayment=repayment,
        matures_on=START + timedelta(days=draw(st.integers(0, 3000))) if repayment == Repayment.MATURITY else None,
        return_caps=tuple(draw(st.lists(CAPS, max_size=3, unique_by=lambda cap: cap.kind))),
        is_recycled=draw(st.booleans()),
    )


@st.composite
def orders(draw, layers: tuple[Tranche, ...]) -> tuple[Stage, ...]:
    """The typical order, one with all interest before any principal, or one with everybody paid together."""
    earning = [layer for layer in layers if layer.interest != InterestKind.NONE]
    repaid = [layer for layer in layers if layer.kind != TrancheKind.GRANT]
    shape = draw(st.sampled_from(["typical", "interest first", "together"]))
    if shape == "typical":
        return ()
    stages = [Stage(kind=StageKind.COSTS), Stage(kind=StageKind.PROVIDER_FEES), Stage(kind=StageKind.RESERVE)]
    for kind, group in ((StageKind.INTEREST, earning), (StageKind.PRINCIPAL, repaid)):
        codes = [layer.code for layer in group]
        groups = [codes] if shape == "together" and codes else [[code] for code in codes]
        stages += [Stage(kind=kind, tranches=tuple(names)) for names in groups]
    return (*stages, Stage(kind=StageKind.UPSIDE), Stage(kind=StageKind.SURPLUS))


@st.composite
def upsides(draw, lending: tuple[str, ...]) -> Upside | None:
    if not lending or draw(st.booleans()):
        return None
    fee = SuccessFee(provider="Hub", percent=draw(st.integers(0, 10_000)), most=draw(st.none() | PENCE))
    return Upside(tranches=lending, fees=(fee,), is_respread=draw(st.booleans()), do_fees_go_on=draw(st.booleans()))


@st.composite
def deals(draw) -> InvestorTerms:
    kinds = sorted(draw(st.sets(st.sampled_from(TrancheKind), min_size=1)), key=list(TrancheKind).index)
    layers = tuple(draw(tranches(kind)) for kind in kinds)
    guaranteed = tuple(kind.value for kind in kinds if kind != TrancheKind.GRANT)
    guarantee = Guarantee(guarantor="Bank", tranches=guaranteed, percent=draw(st.integers(1, 10_000)))
    return InvestorTerms(
        currency="GBP",
        tranches=layers,
        commitments=tuple(
            Commitment(investor=f"I{number}", tranche=layer.code, amount=draw(st.integers(1, 10**9)))
            for layer in layers
            for number in range(draw(st.integers(1, 3)))
        ),
        order=draw(orders(layers)),
        reserve_months=draw(st.integers(0, 6)),
        upside=draw(upsides(tuple(kind.value for kind in kinds if kind in LENDING))),
        surplus=draw(st.sampled_from([(), (SurplusPart(to=Beneficiary.ASSET_LOCK, party="Trust", percent=10_000),)])),
        guarantees=(guarantee,) if guaranteed else (),
    )


@st.composite
def lives(draw) -> list[WaterfallResult]:
    """A deal with draws between runs, each run's payments carried out before the next."""
    terms, on, movements, results, reserve = draw(deals()), START, [], [], 0
    assert find_investor_problems(terms) == []
    for is_final in [False] * draw(st.integers(0, 3)) + [True]:
        movements += draw(drawings(terms, movements, on))
        on += timedelta(days=draw(st.integers(1, 900)))
        standing = DealStanding(
            positions=compute_positions(terms, movements, on=on),
            costs=(Due(party="Office", amount=draw(PENCE)),),
            fees=(Due(party="Hub", amount=draw(PENCE)), Due(party="Youth Works", amount=draw(PENCE))),
            monthly_cost=draw(PENCE),
            reserve=reserve,
            is_final=is_final,
        )
        results.append(run_waterfall(terms, standing, available_pence=draw(st.integers(0, 10**11)), on=on))
        reserve = results[-1].reserve
        movements += list_movements(results[-1])
        check_run(results[-1], reserve_before=standing.reserve)
        check_positions(compute_positions(terms, movements, on=on), on)
    return results


@st.composite
def drawings(draw, terms: InvestorTerms, movements: list[Movement], on: date) -> list[Movement]:
    kinds = [MovementKind.DRAWN, MovementKind.DECLARED]
    return [
        Movement(
            on=on, investor=each.investor, tranche=each.tranche, kind=kind, amount=draw(st.integers(1, each.amount))
        )
        for each in terms.commitments
        for kind in (kinds if draw(st.booleans()) else [])
    ]


def check_run(result: WaterfallResult, *, reserve_before: int) -> None:
    """Nothing is lost, nothing is owed, and nobody is paid before somebody who stands before them."""
    assert result.distributed + result.topped_up + result.kept == result.available + result.released
    assert result.reserve == reserve_before - result.released + result.topped_up >= 0
    assert all(0 <= payout.paid <= payout.due and payout.cut >= 0 for payout in result.payouts)
    left, is_short = result.available + result.released, False
    for step in result.steps[1:]:
        assert step.amount == left - step.facts["paid"] >= 0
        assert not is_short or step.facts["paid"] == 0, "somebody junior was paid while somebody senior is owed"
        is_short = is_short or step.facts["unpaid"] > 0
        left = step.amount
    parts = [part["paid"] for step in result.steps[1:] for part in step.facts.get("parts", [])]
    assert sum(parts) == result.distributed, "the steps explain every penny"


def check_positions(positions: tuple[Position, ...], on: date) -> None:
    """No cap is passed by a penny of cash, and nobody gets more principal or interest than there is."""
    for position in positions:
        assert 0 <= position.principal <= position.drawn
        assert position.sums.get(MovementKind.INTEREST, 0) <= position.earned
        for cap in position.return_caps:
            if cap.kind == ReturnKind.MULTIPLE:
                assert position.repaid + position.returned <= Fraction(cap.limit) * position.drawn
            if cap.kind == ReturnKind.IRR:
                assert value_on(position.flows, on, cap.limit) < 1
                reached = compute_rate(position.flows)
                is_level = sum(flow.amount for flow in position.flows) < position.drawn // 10**4
                assert reached is None or is_level or reached * 100 <= cap.limit + Decimal("0.01")


def value_on(flows: tuple[Flow, ...], on: date, limit: Decimal) -> Decimal:
    """What the investor has beyond the cap, by another way than the code's: growth day by day at the daily rate."""
    daily = (1 + limit / 100) ** (Decimal(1) / 365)
    return sum((flow.amount * daily ** (on - flow.on).days for flow in flows), Decimal(0))


@settings(max_examples=1000, deadline=None)
@given(lives())
def test_sums_seniority_and_caps_hold_in_every_deal(results):
    last = results[-1]

    assert last.reserve == 0
    assert all(call.amount <= call.missing for call in last.guarantee_calls)
    assert last.paid_at(StageKind.UPSIDE) == 0 or not any(
        payout.unpaid for payout in last.payouts if payout.stage in {StageKind.INTEREST, StageKind.PRINCIPAL}
    )
