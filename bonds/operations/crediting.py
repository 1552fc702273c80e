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
    notes = [_issue(invoice, parts[invoice], told=told, actor=actor, at=at) for invoice in invoices]
    publish(notes, actor=actor, at=at)
    return notes


def _issue(invoice: Invoice, parts: Sequence[PartPlan], *, told: str, actor: str, at: datetime) -> Invoice:
    pence = sum(part.undone.credited for part in parts)
    tax = sum(part.tax for part in parts)
    note = make_note(invoice, pence, tax=tax, told=told, actor=actor, at=at)
    said = {"registration": invoice.facts["BT-31"], "tax_reason": invoice.facts["BT-120"]}
    note.facts = write_facts(note, [part.share for part in parts], **said)
    note.save()
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=note, place=place, kind=note.kind, share=part.share, pence=part.undone.credited)
        for place, part in enumerate(parts, start=1)
    )
    settle_by_note(note, invoice, actor=actor, at=at)
    return note


def make_note(invoice: Invoice, pence: int, *, tax: int = 0, told: str, actor: str, at: datetime) -> Invoice:
    """Make the next credit note of a contract, without its fields and not kept yet.

    Args:
        invoice: What it takes something off, of a contract that the caller has locked.
        pence: How much, without tax.
        tax: The VAT on it, in pence.
        told: Why, in words for the payer.
        actor: Who.
        at: Now.
    """
    on = legal_day(at)
    return Invoice(
        contract=invoice.contract,
        round=invoice.round,
        payer=invoice.payer,
        kind=states.InvoiceKind.CREDIT_NOTE.value,
        credits=invoice,
        number=next_number(invoice.contract),
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


def settle_by_note(note: Invoice, invoice: Invoice, *, actor: str, at: datetime) -> None:
    """Record that a note was issued, and settle so much of its invoice.

    Args:
        note: Kept.
        invoice: What it credits.
        actor: Who.
        at: Now.
    """
    audit.record(
        actor=actor,
        action="bonds.credit_note_issued",
        at=at,
        organisation=invoice.contract.organisation.public_id,
        subject=note.public_id,
        after={"number": number_of(note), "of": number_of(invoice), "net_pence": note.net_pence},
        reason=note.reason[:200],
    )
    settle_invoice(invoice, note.gross_pence, actor=actor, at=at, reason=number_of(note))
