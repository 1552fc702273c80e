"""The demo's manual journals: one in the books, one that waits for the director, one that was refused."""

from __future__ import annotations

from datetime import date, datetime

from config.demo_people import DIRECTOR, TREASURER
from config.seed.offers import actor_of
from ledger.models import Book
from people.models import Organisation, User
from treasury.arithmetic.journals import TypedJournal, TypedLine
from treasury.models import ManualJournal
from treasury.operations import journals

LIMIT_PENCE = 50_000
INVOICE = b"Thistlewick Mutual, invoice 118\nBuildings insurance, first quarter: 186.40\n"
Rows = tuple[TypedLine, ...]

INSURANCE: Rows = (
    TypedLine(1, "7100", debit="186.40", text="First quarter"),
    TypedLine(2, "1200", credit="186.40"),
)
SURVEY: Rows = (
    TypedLine(1, "7100", debit="1980.00", text="Survey of the roof, with scaffolding"),
    TypedLine(2, "7500", debit="180.00", text="The surveyor's report for the bank"),
    TypedLine(3, "2100", owner="sup_slatewright", credit="2160.00", text="Invoice S-31"),
)
TASTING: Rows = (
    TypedLine(1, "7200", debit="640.00", text="Deposit"),
    TypedLine(2, "1200", credit="640.00"),
)


def write_journals(*, organisation: Organisation, users: dict[str, User], today: date, at: datetime) -> None:
    """Write the treasurer's journals of today, and let the director decide on one of them.

    Args:
        organisation: Whose books they are for.
        users: By e-mail address.
        today: The legal day.
        at: Now.
    """
    treasurer, director = actor_of(users[TREASURER.email]), actor_of(users[DIRECTOR.email])
    book = Book.objects.get(organisation=organisation.public_id, kind="main")
    journals.set_limit(
        organisation=organisation, pence=LIMIT_PENCE, reason="Board 2026/09, item 5", actor=director, at=at
    )

    def write(narration: str, lines: Rows) -> ManualJournal:
        typed = TypedJournal(today.isoformat(), narration, lines=lines)
        return journals.write_draft(
            organisation=organisation, book=book, typed=typed, actor=treasurer, at=at, today=today
        )

    insurance = write("Buildings insurance, first quarter", INSURANCE)
    journals.attach_file(journal=insurance, content=INVOICE, name="invoice 118.txt", actor=treasurer, at=at)
    tasting = write("Brewery tour and tasting for the volunteers", TASTING)
    survey = write("Survey of the roof", SURVEY)
    for journal in (insurance, tasting, survey):
        journals.submit_journal(journal=journal, actor=treasurer, at=at, today=today)
    journals.refuse_journal(
        journal=tasting, reason="The board has not agreed to this yet. Please bring it to the next meeting.",
        actor=director, at=at,
    )  # fmt: skip
