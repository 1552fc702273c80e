"""Who is told of an invoice by mail: the payer's officers, with a link, the amount and the day; never a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bonds import states
from bonds.models import Invoice, InvoiceReminder
from bonds.operations.telling import tell_officers
from bonds.queries.invoices import asked_pence, number_of
from bonds.queries.overpayments import find_credit_of
from core.money import format_pounds


def tell_issued(invoice: Invoice, *, at: datetime) -> None:
    """Tell the payer that an invoice or a credit note was issued, what it comes to, and when it is due."""
    is_invoice = invoice.kind == states.InvoiceKind.INVOICE.value
    currency = invoice.contract.currency
    credit = None if is_invoice else find_credit_of(invoice)
    advance = invoice.gross_pence - asked_pence(invoice)
    facts = {
        "amount": format_pounds(invoice.gross_pence, currency),
        "advance": format_pounds(advance, currency) if advance else "",
        "left": format_pounds(asked_pence(invoice), currency) if asked_pence(invoice) else "",
        "of": number_of(invoice.credits) if invoice.credits else "",
        "credit": format_pounds(credit.credit.pence, currency) if credit else "",
    }
    _tell(invoice, "invoice_issued" if is_invoice else "credit_note_issued", key=invoice.public_id, facts=facts, at=at)


def tell_overdue(invoice: Invoice, reminder: InvoiceReminder, *, days: int, at: datetime) -> None:
    """Remind the payer of an invoice whose day has passed."""
    facts = {"days": days, "amount": format_pounds(invoice.open_pence, invoice.contract.currency)}
    _tell(invoice, "invoice_overdue", key=reminder.public_id, facts=facts, at=at)


def _tell(invoice: Invoice, template: str, *, key: str, facts: dict[str, Any], at: datetime) -> None:
    known = {"number": number_of(invoice), "due_on": invoice.due_on}
    tell_officers(
        invoice.payer.organisation,
        template,
        contract=invoice.contract,
        page="invoice",
        parts=(invoice.number,),
        key=key,
        facts=known | facts,
        at=at,
    )
