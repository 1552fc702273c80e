"""Deals that end: with a guarantee of the first loss, and with a tranche that can be ended early."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bonds.arithmetic.terms import Period
from bonds.arithmetic.tranches import Guarantee, InvestorTerms, Redemption
from bonds.models import GuaranteeCall, WaterfallRun
from bonds.operations.guaranteeing import PAYOUT_PURPOSE, RECEIPT_PURPOSE
from bonds.operations.winding_up import wind_up
from payments.models import RecordedMoney
from payments.operations import MoneyFacts, record_payment, record_receipt
from tests.bonds.investor_books.support import (
    FIRST,
    RUN_AT,
    RUN_ON,
    TERMS,
    book_of,
    draw,
    earn,
    make_deal,
    spend,
)
from tests.factories.bonds import HOLDER, ContractWorld

LATER = date(2026, 4, 20)
LATER_AT = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
# A fund makes good 75 % of what the charity paid in, as at Rikers Island.
GUARANTEED = replace(
    TERMS, guarantees=(Guarantee(guarantor="topup", tranches=("junior",), percent=7_500),), reserve_months=2
)
# Newpin's terms: 75 % until a day, 50 % afterwards.
ENDING = replace(
    TERMS,
    tranches=(
        replace(
            TERMS.tranches[0],
            redemptions=(
                Redemption(period=Period(from_on=None, until_on=date(2026, 5, 1)), percent=7_500),
                Redemption(period=Period(from_on=date(2026, 5, 1), until_on=None), percent=5_000),
            ),
        ),
        *TERMS.tranches[1:],
    ),
)


def deal(cash: int, terms: InvestorTerms = GUARANTEED) -> ContractWorld:
    """A fifth was drawn and spent a year ago, and results brought so much."""
    world = make_deal(terms)
    draw(world, 110_000)
    spend(world, 110_000)
    if cash:
        earn(world, cash)
    return world


def end(world: ContractWorld, *, at: datetime = RUN_AT, **more: Any) -> WaterfallRun:
    """Wind it up."""
    return wind_up(contract=world.contract, reason="The service has ended.", actor=HOLDER, at=at, **more)


def ask_guarantee(call: GuaranteeCall, pence: int, *, is_receipt: bool, on: date = RUN_ON) -> RecordedMoney:
    """Money of a guarantee that waits for the second person."""
    facts = MoneyFacts(
        moved_on=on,
        amount_pence=pence,
        party_name="A party",
        purpose=RECEIPT_PURPOSE if is_receipt else PAYOUT_PURPOSE,
        subject=call.public_id,
        batch=call.run.round.public_id,
    )
    record = record_receipt if is_receipt else record_payment
    return record(
        organisation=call.run.contract.organisation,
        book=book_of(call.run.contract),
        facts=facts,
        key=f"{call.public_id}:{is_receipt}:{pence}:{on}",
        actor=FIRST,
        at=datetime(on.year, on.month, on.day, 9, 0, tzinfo=UTC),
        today=on,
    )
