"""A contract whose terms foresee advances of two payers, and short ways to ask for them, pay them and pay them back."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bonds import operations
from bonds.arithmetic.terms import AdvanceTerm
from foundation.access import Actor
from payments.operations import approve_recorded, reverse_recorded
from tests.factories.bonds import HOLDER, make_contract, small_terms

ASKED_AT = datetime(2025, 4, 2, 9, 0, tzinfo=UTC)
PAID_AT = datetime(2025, 4, 20, 9, 0, tzinfo=UTC)
PAID_ON = date(2025, 4, 20)
FIRST = Actor(ref="user:usr_first", user_id=1, second_factor=True)
SECOND = Actor(ref="user:usr_second", user_id=2, second_factor=True)
ADVANCES = (
    AdvanceTerm(code="start", payer="northmoor", amount=40_000, payable_on=date(2025, 5, 1)),
    AdvanceTerm(code="autumn", payer="northmoor", amount=10_000, payable_on=date(2025, 10, 1)),
    AdvanceTerm(code="fund", payer="topup", amount=8_000, payable_on=date(2025, 5, 1)),
)


def make_world(**terms):
    return make_contract(small_terms(advances=ADVANCES, **terms))


def ask(world, code="start", at=ASKED_AT):
    return operations.ask_for_advance(contract=world.contract, code=code, actor=HOLDER, at=at)


def move(advance, pence, *, is_receipt=True, key="", on=PAID_ON, at=PAID_AT):
    """Money of an advance that waits for the second person."""
    return operations.record_advance(
        advance=advance,
        is_receipt=is_receipt,
        moved_on=on,
        amount_pence=pence,
        account="1200",
        key=key or f"{advance.code}:{is_receipt}:{pence}",
        actor=FIRST,
        at=at,
        today=at.date(),
    )


def approve(record, at=PAID_AT):
    return approve_recorded(record=record, actor=SECOND, at=at, today=at.date())


def pay(world, code="start", pence=None, at=ASKED_AT):
    """An advance that was asked for and came, all of it unless said otherwise."""
    advance = ask(world, code, at)
    approve(move(advance, pence or advance.pence))
    return advance


def undo(record, at=PAID_AT):
    asked = reverse_recorded(
        record=record, moved_on=at.date(), reason="The wrong contract", actor=FIRST, at=at, today=at.date()
    )
    return approve(asked, at)
