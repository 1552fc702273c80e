"""Writing down money that moved under a contract, whatever it was for; a second person lets it into the books.

Each act says what its money is for and checks that (through its `RecordedPurpose`); what the statement says is the
same for all of them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NotRequired, TypedDict, Unpack

from bonds.models import OutcomesContract
from bonds.operations.investor_postings import BANK
from foundation.access import Actor
from ledger import queries as ledger_queries
from payments.models import RecordedMoney
from payments.operations import MoneyFacts, record_payment, record_receipt


class Moved(TypedDict):
    """What is written down about money that moved, and by whom.

    Attributes:
        moved_on: The day on the statement.
        amount_pence: Above zero; at most what is still open.
        reference: As it stands on the statement.
        account: Code of the bank account.
        key: Names it within the holder's organisation; the same key with the same facts gives the first record.
        actor: Who; the caller has checked that they may.
        at: Now.
        today: The legal day.
    """

    moved_on: date
    amount_pence: int
    reference: NotRequired[str]
    account: NotRequired[str]
    key: str
    actor: Actor
    at: datetime
    today: date


def write_down_money(
    *,
    contract: OutcomesContract,
    is_receipt: bool,
    purpose: str,
    subject: str,
    batch: str,
    party_name: str,
    party_owner: str = "",
    note: str = "",
    key_prefix: str = "",
    **moved: Unpack[Moved],
) -> RecordedMoney:
    """Write down money under a contract, and ask a second person to let it into the books.

    Args:
        contract: In whose book.
        is_receipt: It came; otherwise it was paid.
        purpose: Name of the `RecordedPurpose`, which checks it.
        subject: Public id of what it is for.
        batch: Ties its entry to others of the same event.
        party_name: Who paid or was paid.
        party_owner: The same as an owner in the books, where there is one.
        note: What it is for, in a few words.
        key_prefix: Keeps the keys of an act apart from those of others.
        **moved: As `Moved` says.

    Returns:
        The record, waiting in the payment room.

    Raises:
        RecordUnsound, RecordKeyTaken: as `payments.operations.record_receipt`.
        DomainError: whatever the purpose's own check refuses with.
    """
    record = record_receipt if is_receipt else record_payment
    return record(
        organisation=contract.organisation,
        book=ledger_queries.get_book_by_slug(slug=contract.book_slug),
        facts=MoneyFacts(
            moved_on=moved["moved_on"],
            amount_pence=moved["amount_pence"],
            party_name=party_name,
            party_owner=party_owner,
            account=moved.get("account", BANK),
            reference=moved.get("reference", ""),
            note=note,
            purpose=purpose,
            subject=subject,
            batch=batch,
        ),
        key=f"{key_prefix}{moved['key']}",
        actor=moved["actor"],
        at=moved["at"],
        today=moved["today"],
    )
