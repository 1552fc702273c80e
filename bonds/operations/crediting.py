"""Credit notes: what was taken back of an invoice that is still to be paid, one note for each invoice and act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from bonds import states
from bonds.models import Invoice, InvoiceLine, OutcomesContract
from bonds.operations.invoice_papers import publish
from bonds.operations.invoicing import settle_invoice
from bonds.queries.invoices import next_number, number_of, write_facts
from bonds.queries.undoing import LinePlan, PartPlan
from core.periods import legal_day
from foundation import audit


def issue_credit_notes(
    contract: OutcomesContract, plans: Sequence[LinePlan], *, told: str, actor: str, at: datetime
) -> list[Invoice]:
    """Issue a credit note for each invoice of which plans take something back; it settles so much of it.

    Args:
        contract: Locked.
        plans: What is taken back.
        told: Why, in words for the payer: they stand on the note. The reason of the record is not for it.
        actor: Who.
        at: Now.
    """
    parts: dict[Invoice, list[PartPlan]] = defaultdict(list)
    for plan in plans:
        for part in plan.parts:
            if part.invoice is not None and part.undone.credited:
                parts[part.invoice].append(part)
    invoices = sorted(parts, key=lambda one: one.number)
    notes = [_issue(contract, invoice, parts[invoice], told=told, actor=actor, at=at) for invoice in invoices]
    publish(notes, actor=actor, at=at)
    return notes


def _issue(
    contract: OutcomesContract, invoice: Invoice, parts: Sequence[PartPlan], *, told: str, actor: str, at: datetime
) -> Invoice:
    on, pence = legal_day(at), sum(part.undone.credited for part in parts)
    tax = sum(part.tax for part in parts)
    note = Invoice(
        contract=contract,
        round=invoice.round,
        payer=invoice.payer,
        kind=states.InvoiceKind.CREDIT_NOTE.value,
        credits=invoice,
        number=next_number(contract),
        state=states.InvoiceState.PAID.value,
        issued_on=on,
        due_on=on,
        net_pence=pence,
        tax_pence=tax,
        tax_category=invoice.tax_category,
        tax_rate=invoice.tax_rate,
        settled_pence=pence + tax,
        purchase_order=invoice.purchase_order,
        reason=told,
        issued_by=actor,
        issued_at=at,
    )
    said = {"registration": invoice.facts["BT-31"], "tax_reason": invoice.facts["BT-120"]}
    note.facts = write_facts(note, [part.share for part in parts], **said)
    note.save()
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=note, place=place, kind=note.kind, share=part.share, pence=part.undone.credited)
        for place, part in enumerate(parts, start=1)
    )
    audit.record(
        actor=actor,
        action="bonds.credit_note_issued",
        at=at,
        organisation=contract.organisation.public_id,
        subject=note.public_id,
        after={"number": number_of(note), "of": number_of(invoice), "net_pence": pence},
        reason=told[:200],
    )
    settle_invoice(invoice, pence + tax, actor=actor, at=at, reason=number_of(note))
    return note
