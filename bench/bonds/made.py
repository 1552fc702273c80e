"""What is measured on: a contract with everything that an engine may meet, its results, and deals with investors.

The card is like that of a housing-first fund: 12 results, ladders, bands, an uplift, caps of every scope, four payers.
All of it is made up; the same seed gives the same rows.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from bonds.arithmetic.positions import Movement, MovementKind
from bonds.arithmetic.terms import (
    Cap,
    CapScope,
    Eligibility,
    Every,
    Ladder,
    Metric,
    PayerShare,
    Period,
    ShareKind,
    Tariff,
    Terms,
    Uplift,
)
from bonds.arithmetic.tranches import (
    Commitment,
    InterestKind,
    InvestorTerms,
    ReturnCap,
    ReturnKind,
    Tranche,
    TrancheKind,
)

SEED: Final = 20261122
FROM: Final = date(2024, 4, 1)
UNTIL: Final = date(2028, 4, 1)
RESULTS_OF_A_PERSON: Final = 5
PAYERS: Final = {"north": 4_200, "south": 2_800, "west": 1_000, "topup": 2_000}
PRICES: Final = {
    "assessed": 50_000,
    "moved_in": 50_000,
    "stayed_3m": 150_000,
    "stayed_6m": 150_000,
    "stayed_12m": 150_000,
    "entered_learning": 50_000,
    "qualified_1": 250_000,
    "qualified_2": 350_000,
    "job": 50_000,
    "job_13w_part": 300_000,
    "job_13w_full": 450_000,
    "volunteered_6w": 50_000,
}
RUNGS: Final = {"stayed_3m": (3, "moved_in"), "stayed_6m": (6, "stayed_3m"), "stayed_12m": (12, "stayed_6m")}

Row = tuple[int, str, date, date, str, str, str, int, date, date, bool]


def make_terms(results: int) -> Terms:
    """A version in which every mechanism acts, with caps that some of so many results pass."""
    share = results * 1_000
    return Terms(
        currency="GBP",
        service=Period(from_on=FROM, until_on=UNTIL),
        run_off_until=date(2029, 4, 1),
        payers=tuple(PAYERS),
        metrics=tuple(_metric(code) for code in PRICES),
        tariffs=tuple(_tariffs(results)),
        shares=tuple(PayerShare(payer=code, kind=ShareKind.PERCENT, amount=part) for code, part in PAYERS.items()),
        subgroups={"care": "Care leavers"},
        uplifts=(
            Uplift(code="care", label="Care leavers", percent=1_000, subgroup="care", metrics=("moved_in", "job")),
        ),
        caps=(
            Cap(code="person", scope=CapScope.PERSON, amount=600_000),
            Cap(code="learning", scope=CapScope.METRIC, amount=share * 2, metrics=("qualified_2",)),
            Cap(code="year", scope=CapScope.PERIOD, amount=share * 6, every=Every.YEAR),
            Cap(code="whole", scope=CapScope.CONTRACT, amount=share * 22),
            Cap(code="top_up", scope=CapScope.PAYER, amount=share * 4, payer="topup"),
        ),
    )


def make_rows(results: int) -> Iterator[Row]:
    """Results in the engine's order: day of achievement, then number."""
    dice = random.Random(SEED)
    codes = list(PRICES)
    days = (UNTIL - FROM).days - 1
    for number in range(1, results + 1):
        achieved_on = FROM + timedelta(days=number * days // results)
        person = dice.randrange(max(1, results // RESULTS_OF_A_PERSON))
        started_on = FROM + timedelta(days=person * days // max(1, results // RESULTS_OF_A_PERSON) // 2)
        yield (
            number,
            codes[dice.randrange(len(codes))],
            achieved_on,
            achieved_on + timedelta(days=20),
            f"provider{person % 5}",
            f"P-{person:06}",
            "care" if person % 4 == 0 else "",
            18 + person % 10,
            min(started_on, achieved_on),
            min(started_on, achieved_on),
            dice.random() < 0.03,
        )


def make_investor_terms() -> InvestorTerms:
    """Three tranches, six investors with caps of their own."""
    simple = {"interest": InterestKind.SIMPLE}
    return InvestorTerms(
        currency="GBP",
        tranches=(
            Tranche(code="senior", name="Senior", kind=TrancheKind.SENIOR, rate=Decimal("0.05"), **simple),
            Tranche(code="mezzanine", name="Mezzanine", kind=TrancheKind.MEZZANINE, rate=Decimal("0.08"), **simple),
            Tranche(code="first_loss", name="First loss", kind=TrancheKind.FIRST_LOSS),
        ),
        commitments=tuple(
            Commitment(
                investor=f"investor{number}",
                tranche=tranche,
                amount=10_000_000 * number,
                return_caps=(ReturnCap(kind=ReturnKind.MULTIPLE, limit=Decimal("1.4")),),
            )
            for number, tranche in enumerate(
                ("senior", "senior", "mezzanine", "mezzanine", "first_loss", "first_loss"), start=1
            )
        ),
    )


def make_movements(deal: int) -> list[Movement]:
    """What was called, drawn and repaid in two years of one deal: forty rows."""
    dice = random.Random(SEED + deal)
    found = []
    for commitment in make_investor_terms().commitments:
        for quarter in range(3):
            on = FROM + timedelta(days=91 * quarter)
            amount = commitment.amount // 4
            found += [
                Movement(on=on, investor=commitment.investor, tranche=commitment.tranche, kind=kind, amount=amount)
                for kind in (MovementKind.CALLED, MovementKind.DRAWN)
            ]
        found.append(
            Movement(
                on=FROM + timedelta(days=400 + dice.randrange(60)),
                investor=commitment.investor,
                tranche=commitment.tranche,
                kind=MovementKind.PRINCIPAL,
                amount=dice.randrange(1, commitment.amount // 4),
            )
        )
    return sorted(found, key=lambda one: one.on)


def _metric(code: str) -> Metric:
    more: dict[str, Any] = {}
    if code in RUNGS:
        months, after = RUNGS[code]
        more["ladder"] = Ladder(name="home", months=months, after=after)
    if code.startswith("job_13w"):
        more["variant_of"] = "job_13w"
    if code == "qualified_2":
        more["eligibility"] = Eligibility(age_from=18, age_until=26)
    return Metric(code=code, name=code, test=f"Somebody can see that {code}.", **more)


def _tariffs(results: int) -> Iterator[Tariff]:
    for code, price in PRICES.items():
        half = results // len(PRICES) // 2 + 1
        yield Tariff(metric=code, price=price, until_count=half)
        yield Tariff(metric=code, price=price * 9 // 10, from_count=half)
