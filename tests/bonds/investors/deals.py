"""Deals for the tests: terms written in a line, and what moved in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from bonds.arithmetic.payouts import DealStanding, WaterfallResult
from bonds.arithmetic.positions import Movement, MovementKind, Position, compute_positions
from bonds.arithmetic.tranches import (
    Commitment,
    InterestKind,
    InvestorTerms,
    ReturnCap,
    ReturnKind,
    Tranche,
    TrancheKind,
)
from bonds.arithmetic.waterfall import run_waterfall

START = date(2023, 4, 1)
YEAR_ON = date(2024, 3, 31)  # 365 days on


def irr(limit: str) -> ReturnCap:
    return ReturnCap(kind=ReturnKind.IRR, limit=Decimal(limit))


def simple_cap(limit: str) -> ReturnCap:
    return ReturnCap(kind=ReturnKind.SIMPLE, limit=Decimal(limit))


def times(limit: str) -> ReturnCap:
    return ReturnCap(kind=ReturnKind.MULTIPLE, limit=Decimal(limit))


def tranche(code: str, kind: TrancheKind | None = None, *, rate: str = "", **more: Any) -> Tranche:
    """A tranche that is called as its kind is, unless the kind is given; with a rate it earns simple interest."""
    if rate:
        more = {"interest": InterestKind.SIMPLE, "rate": Decimal(rate)} | more
    return Tranche(code=code, name=code.title(), kind=kind or TrancheKind(code), **more)


def commit(investor: str, code: str, amount: int, **more: Any) -> Commitment:
    return Commitment(investor=investor, tranche=code, amount=amount, **more)


def deal(tranches: Iterable[Tranche], commitments: Iterable[Commitment], **more: Any) -> InvestorTerms:
    return InvestorTerms(currency="GBP", tranches=tuple(tranches), commitments=tuple(commitments), **more)


def moved(on: date, investor: str, code: str, kind: MovementKind, amount: int) -> Movement:
    return Movement(on=on, investor=investor, tranche=code, kind=kind, amount=amount)


def all_drawn(terms: InvestorTerms, *, on: date = START) -> list[Movement]:
    """Every commitment called and paid in whole on one day."""
    return [
        moved(on, each.investor, each.tranche, kind, each.amount)
        for each in terms.commitments
        for kind in (MovementKind.CALLED, MovementKind.DRAWN)
    ]


def position(terms: InvestorTerms, movements: Iterable[Movement], on: date) -> Position:
    """The only position of a deal with one commitment."""
    (only,) = compute_positions(terms, movements, on=on)
    return only


def pay_out(
    terms: InvestorTerms, movements: Iterable[Movement], available: int, *, on: date = YEAR_ON, **more: Any
) -> WaterfallResult:
    standing = DealStanding(positions=compute_positions(terms, movements, on=on), **more)
    return run_waterfall(terms, standing, available_pence=available, on=on)


def received(result: WaterfallResult) -> dict[str, int]:
    """What each party got, by name; those who got nothing are left out."""
    sums: dict[str, int] = {}
    for payout in result.payouts:
        sums[payout.party] = sums.get(payout.party, 0) + payout.paid
    return {party: amount for party, amount in sums.items() if amount}


def left_after(result: WaterfallResult) -> list[tuple[str, int]]:
    """The steps: the name of each and what was left after it."""
    return [(str(step.name), step.amount) for step in result.steps]
