"""Who is told of an invoice by mail: the payer's officers, with a link, the amount and the day; never a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from bonds import states
from bonds.models import Invoice, InvoiceReminder
from bonds.queries.invoices import number_of
from bonds.queries.officers import officers_to_tell
from core.money import format_pounds
from foundation.mail import queue_mail


def tell_issued(invoice: Invoice, *, at: datetime) -> None:
    """Tell the payer that an invoice or a credit note was issued, what it comes to, and when it is due."""
    is_invoice = invoice.kind == states.InvoiceKind.INVOICE.value
    facts = {
        "amount": format_pounds(invoice.gross_pence, invoice.contract.currency),
        "of": number_of(invoice.credits) if invoice.credits else "",
    }
    _tell(invoice, "invoice_issued" if is_invoice else "credit_note_issued", key=invoice.public_id, facts=facts, at=at)


def tell_overdue(invoice: Invoice, reminder: InvoiceReminder, *, days: int, at: datetime) -> None:
    """Remind the payer of an invoice whose day has passed."""
    facts = {"days": days, "amount": format_pounds(invoice.open_pence, invoice.contract.currency)}
    _tell(invoice, "invoice_overdue", key=reminder.public_id, facts=facts, at=at)


def _tell(invoice: Invoice, template: str, *, key: str, facts: dict[str, Any], at: datetime) -> None:
    contract, payer = invoice.contract, invoice.payer.organisation
    path = reverse("bonds:invoice", args=[payer.slug, contract.reference, invoice.number])
    known = {
        "contract": contract.name,
        "holder": contract.organisation.name,
        "number": number_of(invoice),
        "due_on": invoice.due_on,
        "url": f"{settings.PUBLIC_BASE_URL}{path}",
    }
    for user in officers_to_tell(payer):
        person = getattr(user, "person", None)
        queue_mail(
            to=user.email,
            template=f"bonds/mail/{template}",
            context=known | facts | {"given_name": person.given_name if person else ""},
            key=f"bonds:{template}:{key}:{user.public_id}",
            at=at,
            language=person.language if person else "en-gb",
            organisation=payer.public_id,
        )
