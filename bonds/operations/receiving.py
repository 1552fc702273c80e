"""An invoice was paid: written down in the payment room for what it is, where a second person decides."""

from __future__ import annotations

from datetime import date, datetime

from bonds.models import Invoice
from bonds.operations.invoicing import RECEIPT_PURPOSE
from bonds.queries.invoices import number_of
from foundation.access import Actor
from ledger import queries as ledger_queries
from payments import operations as payment_operations
from payments.models import RecordedMoney
from payments.operations import MoneyFacts


def record_invoice_receipt(
    *,
    invoice: Invoice,
    moved_on: date,
    amount_pence: int,
    reference: str = "",
    account: str,
    key: str,
    actor: Actor,
    at: datetime,
    today: date,
) -> RecordedMoney:
    """Write down that an invoice was paid, in whole or in part; nothing is posted before a second person agrees.

    Args:
        invoice: With contract, payer and round.
        moved_on: The day on the statement.
        amount_pence: What came, at most what is still to be paid.
        reference: As it stands on the statement.
        account: Code of the bank account.
        key: Names the receipt within the holder's organisation; the same key and facts give the first record.
        actor: Who; the caller has checked that they may.
        at: Now.
        today: The legal day.

    Returns:
        The record, waiting in the payment room.

    Raises:
        TooMuchPaid: more than is still to be paid.
        WrongMoney: it is a credit note.
        RecordUnsound, RecordKeyTaken: as `payments.operations.record_receipt`.
    """
    facts = MoneyFacts(
        moved_on=moved_on,
        amount_pence=amount_pence,
        party_name=invoice.payer.organisation.name,
        party_owner=invoice.payer.public_id,
        account=account,
        reference=reference,
        note=number_of(invoice),
        purpose=RECEIPT_PURPOSE,
        subject=invoice.public_id,
        batch=invoice.round.public_id,
    )
    return payment_operations.record_receipt(
        organisation=invoice.contract.organisation,
        book=ledger_queries.get_book_by_slug(slug=invoice.contract.book_slug),
        facts=facts,
        key=key,
        actor=actor,
        at=at,
        today=today,
    )
