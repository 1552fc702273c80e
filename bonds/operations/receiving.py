"""An invoice was paid: written down in the payment room for what it is, where a second person decides."""

from __future__ import annotations

from typing import Unpack

from bonds.models import Invoice
from bonds.operations.invoicing import RECEIPT_PURPOSE
from bonds.operations.money_moved import Moved, write_down_money
from bonds.queries.invoices import number_of
from payments.models import RecordedMoney


def record_invoice_receipt(*, invoice: Invoice, **moved: Unpack[Moved]) -> RecordedMoney:
    """Write down that an invoice was paid, in whole or in part; nothing is posted before a second person agrees.

    Args:
        invoice: With contract, payer and round.
        **moved: What the statement says: at most what is still to be paid.

    Returns:
        The record, waiting in the payment room.

    Raises:
        TooMuchPaid: more than is still to be paid.
        WrongMoney: it is a credit note.
        RecordUnsound, RecordKeyTaken: as `payments.operations.record_receipt`.
    """
    return write_down_money(
        contract=invoice.contract,
        is_receipt=True,
        purpose=RECEIPT_PURPOSE,
        subject=invoice.public_id,
        batch=invoice.round.public_id,
        party_name=invoice.payer.organisation.name,
        party_owner=invoice.payer.public_id,
        note=number_of(invoice),
        **moved,
    )
