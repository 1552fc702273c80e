"""What goes out with an invoice or a credit note: its PDF, made by a worker, and a mail to the payer's officers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bonds.models import Invoice
from bonds.operations.invoice_mails import tell_issued
from bonds.queries.invoices import PAPERS
from documents import operations as document_operations
from foundation import outbox
from foundation.access import Actor

RENDER = "documents.render"


def publish(invoices: Sequence[Invoice], *, actor: str, at: datetime) -> None:
    """Number the documents of invoices and credit notes that were just issued, have them made, and tell the payers.

    The series of documents is locked until the transaction ends, so this comes last in the act.

    Args:
        invoices: Of one contract.
        actor: Reference of who issued them.
        at: Now.
    """
    for invoice in invoices:
        document = document_operations.issue_document(
            kind=PAPERS[invoice.kind],
            organisation=invoice.contract.organisation,
            subject=invoice.public_id,
            actor=Actor(ref=actor),
            at=at,
            issued_on=invoice.issued_on,
        )
        outbox.enqueue(topic=RENDER, key=document.public_id, payload={"document": document.public_id}, at=at)
        tell_issued(invoice, at=at)
