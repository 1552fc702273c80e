"""What somebody records, and everything that may be wrong with it, found at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from foundation.registries import OWNER_LABELS
from ledger.models import MAX_AMOUNT, OWNER_LENGTH, Account, Book
from payments.models.recorded import BATCH_LENGTH, NAME_LENGTH, NOTE_LENGTH, REFERENCE_LENGTH, SUBJECT_LENGTH
from payments.operations.recording.errors import Problem
from payments.queries.recorded import bank_accounts, other_accounts

OTHER: Final = "other"
BANK: Final = "1200"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyFacts:
    """What is on the statement or in the cash book, and what it is for.

    Attributes:
        moved_on: The day on the statement.
        amount_pence: Whole minor units of the book's currency, above zero.
        party_name: Who paid or was paid, as people call them.
        party_owner: The same as an opaque owner in the books ("sup_brewery"), where there is one.
        account: Code of the bank account.
        reference: As it stands on the statement.
        note: What it is for, in a few words.
        purpose: A registered `RecordedPurpose`.
        subject: Public id of what it is for, in the purpose's room; none for "other".
        against: Code of the other account; only for "other", where the treasurer names it.
        batch: Ties the entry to others of the same event.
    """

    moved_on: date
    amount_pence: int
    party_name: str
    party_owner: str = ""
    account: str = BANK
    reference: str = ""
    note: str = ""
    purpose: str = OTHER
    subject: str = ""
    against: str = ""
    batch: str = ""


def find_problems(*, book: Book, facts: MoneyFacts, today: date) -> list[Problem]:
    """List everything that is wrong with what is to be recorded, against the book as it is now.

    Args:
        book: Where it is to be posted.
        facts: What was given.
        today: The legal day; money that has not moved yet is not recorded.
    """
    return [
        *find_day_problems(book=book, on=facts.moved_on, today=today),
        *_check_amount(facts),
        *_check_words(facts),
        *_check_accounts(book, facts),
    ]


def find_day_problems(*, book: Book, on: date, today: date) -> Iterator[Problem]:
    """Find what is wrong with the day for which money counts.

    Args:
        book: Where it is to be posted.
        on: The day.
        today: The legal day.
    """
    if on > today:
        words = _("This day has not come yet. Record money when it has moved.")
        yield Problem("moved_on", "day_ahead", words)
    elif book.locked_through is not None and on <= book.locked_through:
        words = _("The books are closed through %(day)s. Give a later day.")
        yield Problem("moved_on", "day_closed", words % {"day": _day(book.locked_through)})


def _check_amount(facts: MoneyFacts) -> Iterator[Problem]:
    if type(facts.amount_pence) is not int or facts.amount_pence <= 0:
        yield Problem("amount_pence", "amount_not_positive", _("Give an amount above zero."))
    elif facts.amount_pence > MAX_AMOUNT:
        yield Problem("amount_pence", "amount_too_large", _("This is more than a book can hold."))


def _check_words(facts: MoneyFacts) -> Iterator[Problem]:
    if not facts.party_name.strip():
        yield Problem("party_name", "name_missing", _("Say who paid or was paid."))
    if facts.purpose == OTHER and not facts.note.strip():
        yield Problem("note", "note_missing", _("Say in a few words what the money is for."))
    for name, longest in (
        ("party_name", NAME_LENGTH), ("party_owner", OWNER_LENGTH), ("reference", REFERENCE_LENGTH),
        ("note", NOTE_LENGTH), ("subject", SUBJECT_LENGTH), ("batch", BATCH_LENGTH),
    ):  # fmt: skip
        text = getattr(facts, name)
        if len(text) > longest or not text.isprintable():
            words = _("Write this on one line, with at most %(longest)s characters.") % {"longest": longest}
            yield Problem(name, "text_unreadable", words)
    if facts.party_owner.isprintable() and not _is_known_owner(facts.party_owner):
        words = _("There is no %(owner)s. Copy the reference from the account's own page, or leave it empty.")
        yield Problem("party_owner", "owner_unknown", words % {"owner": facts.party_owner[:OWNER_LENGTH]})


def _check_accounts(book: Book, facts: MoneyFacts) -> Iterator[Problem]:
    if not bank_accounts(book).filter(code=_code(facts.account)).exists():
        yield Problem("account", "bank_account_unknown", _("Choose one of this book's bank accounts."))
    if facts.purpose != OTHER:
        if facts.against:
            yield Problem("against", "account_unexpected", _("What it is for already says where it is booked."))
        return
    against: Account | None = other_accounts(book).filter(code=_code(facts.against)).first()
    if against is None:
        yield Problem("against", "account_unknown", _("Choose the account from the list: what was the money for?"))
    elif against.code == facts.account:
        yield Problem("against", "account_same", _("Choose another account than the bank account itself."))
    elif against.is_control and not facts.party_owner:
        words = _("Give the reference of who it is in the books: %(account)s is kept by owners.")
        yield Problem("party_owner", "owner_missing", words % {"account": against})


def _is_known_owner(owner: str) -> bool:
    """Ask the room that knows owners by prefix ("mem_...") whether this one is there; others may be called anything."""
    ask = OWNER_LABELS.find(owner.partition("_")[0]) if "_" in owner else None
    return ask is None or owner in ask([owner])


def _code(typed: str) -> str:
    """Take what can be a code of an account; anything else is none that there is."""
    return typed if typed.isascii() and typed.isdigit() else ""


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"
