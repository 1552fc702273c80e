"""Reminding payers of invoices whose day has passed: each step once, however often the timetable asks."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bonds.arithmetic.reminders import find_step
from bonds.models import Invoice, InvoiceReminder
from bonds.operations.invoice_mails import tell_overdue
from bonds.operations.locks import lock_contract
from bonds.queries.invoices import get_invoice, number_of
from core.periods import legal_day
from foundation import audit
from foundation.access import system_actor


@transaction.atomic
def remind_overdue(*, invoice: Invoice, at: datetime) -> InvoiceReminder | None:
    """Remind the payer of an invoice, if a step has been reached of which it was not reminded yet.

    After a pause only the newest step is told, not every one that was missed.

    Args:
        invoice: Perhaps overdue.
        at: Now.

    Returns:
        The reminder; None if there is nothing to remind of, or it was done before.
    """
    lock_contract(invoice.contract_id)
    invoice = get_invoice(public_id=invoice.public_id)
    days = (legal_day(at) - invoice.due_on).days
    step = find_step(days)
    if invoice.open_pence == 0 or step is None:
        return None
    reminder, is_new = InvoiceReminder.objects.get_or_create(
        invoice=invoice, step=step, defaults={"open_pence": invoice.open_pence, "at": at}
    )
    if not is_new:
        return None
    tell_overdue(invoice, reminder, days=days, at=at)
    audit.record(
        actor=system_actor("invoice-reminders").ref,
        action="bonds.invoice_reminded",
        at=at,
        organisation=invoice.contract.organisation.public_id,
        subject=invoice.public_id,
        after={"number": number_of(invoice), "days": days, "open_pence": invoice.open_pence},
    )
    return reminder
