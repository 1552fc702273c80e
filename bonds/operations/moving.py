"""Writing down money between investors and a contract: what it is for, and which batch it belongs to, follows from it.

A second person lets it into the books in the payment room.
"""

from __future__ import annotations

from datetime import date, datetime

from bonds.models import CallPart, Distribution
from bonds.operations.calling import DRAWDOWN_PURPOSE
from bonds.operations.distributing import DISTRIBUTION_PURPOSE
from foundation.access import Actor
from ledger import queries as ledger_queries
from payments.models import RecordedMoney
from payments.operations import MoneyFacts, record_payment, record_receipt

BANK = "1200"


def record_drawdown(
    *,
    part: CallPart,
    amount_pence: int,
    moved_on: date,
    key: str,
    reference: str = "",
    account: str = BANK,
    actor: Actor,
    at: datetime,
    today: date,
) -> RecordedMoney:
    """Write down that an investor paid what it was called for, or a part of it, and ask a second person.

    Args:
        part: Of which call, with its call, contract and commitment.
        amount_pence: Above zero; at most what is still to be paid in.
        moved_on: The day on the statement.
        key: Names the receipt, so that it is recorded once.
        reference: As on the statement.
        account: Code of the bank account.
        actor: Who; the caller has checked that they may.
        at: Now.
        today: The legal day.

    Raises:
        RecordUnsound, RecordKeyTaken: as `payments.operations.record_receipt`.
        TooMuchDrawn, NotRunning, WrittenOff: as `calling.check_drawdown`.
    """
    contract = part.call.contract
    facts = MoneyFacts(
        moved_on=moved_on,
        amount_pence=amount_pence,
        party_name=part.commitment.party.organisation.name,
        party_owner=part.commitment.public_id,
        account=account,
        reference=reference,
        purpose=DRAWDOWN_PURPOSE,
        subject=part.public_id,
        batch=part.call.public_id,
    )
    return record_receipt(
        organisation=contract.organisation,
        book=ledger_queries.get_book_by_slug(slug=contract.book_slug),
        facts=facts,
        key=f"bonds:{key}",
        actor=actor,
        at=at,
        today=today,
    )


def record_distribution_paid(
    *,
    due: Distribution,
    amount_pence: int,
    moved_on: date,
    key: str,
    reference: str = "",
    account: str = BANK,
    actor: Actor,
    at: datetime,
    today: date,
) -> RecordedMoney:
    """Write down that a party was paid what it is due by a run, or a part of it, and ask a second person.

    Args:
        due: With its run, contract and party.
        amount_pence: Above zero; at most what is still due.
        moved_on: The day on the statement, not before that of the run.
        key: Names the payment, so that it is recorded once.
        reference: As on the statement.
        account: Code of the bank account.
        actor: Who; the caller has checked that they may.
        at: Now.
        today: The legal day.

    Raises:
        RecordUnsound, RecordKeyTaken: as `payments.operations.record_payment`.
        WrongMoney, TooMuchPaidOut, NotRunning, WrittenOff: as `paying_out.check_payment`.
    """
    contract = due.run.contract
    facts = MoneyFacts(
        moved_on=moved_on,
        amount_pence=amount_pence,
        party_name=due.party.organisation.name,
        party_owner=due.commitment.public_id if due.commitment else "",
        account=account,
        reference=reference,
        purpose=DISTRIBUTION_PURPOSE,
        subject=due.public_id,
        batch=due.run.round.public_id,
    )
    return record_payment(
        organisation=contract.organisation,
        book=ledger_queries.get_book_by_slug(slug=contract.book_slug),
        facts=facts,
        key=f"bonds:{key}",
        actor=actor,
        at=at,
        today=today,
    )
