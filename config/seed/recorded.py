"""The demo's money by bank: a gift in the books, a payment that waits for the director, a receipt that was refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from config.demo_people import DIRECTOR, TREASURER
from config.seed.offers import actor_of
from ledger.models import Book
from payments import operations
from payments.operations import MoneyFacts
from people.models import Organisation, User


def record_money(*, organisation: Organisation, users: dict[str, User], today: date, at: datetime) -> None:
    """Write down what came and went by bank today, and let the director decide on two of the three.

    Args:
        organisation: Whose money it is.
        users: By e-mail address.
        today: The legal day.
        at: Now.
    """
    treasurer, director = actor_of(users[TREASURER.email]), actor_of(users[DIRECTOR.email])
    book = Book.objects.get(organisation=organisation.public_id, kind="main")
    gift = MoneyFacts(
        moved_on=today, amount_pence=25_000, party_name="Stonecrop Quarry Limited", reference="STONECROP ROOF FUND",
        against="4200", note="A gift towards the roof",
    )  # fmt: skip
    raffle = MoneyFacts(
        moved_on=today, amount_pence=4_000, party_name="Autumn fair", reference="CASH PAID IN",
        against="4000", note="Raffle at the autumn fair",
    )  # fmt: skip
    repair = MoneyFacts(
        moved_on=today, amount_pence=9_500, party_name="Thistlewick Joinery", reference="INV 2207",
        against="7100", note="New hinges for the cellar door, invoice 2207",
    )  # fmt: skip
    asked: dict[str, Any] = {"organisation": organisation, "book": book, "actor": treasurer, "at": at, "today": today}
    came = operations.record_receipt(facts=gift, key="demo:gift", **asked)
    operations.approve_recorded(record=came, actor=director, at=at, today=today)
    cash = operations.record_receipt(facts=raffle, key="demo:raffle", **asked)
    operations.refuse_recorded(
        record=cash, reason="The raffle was the village hall's. Please give it back to them.", actor=director, at=at
    )
    operations.record_payment(facts=repair, key="demo:repair", **asked)
