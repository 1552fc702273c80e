"""Credit notes: what was taken back of an invoice, one note for each invoice and act.

What a note does not take off its invoice, because that was paid, stands to the payer's credit: see `overpaying`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from bonds.models import Invoice, OutcomesContract
from bonds.operations.invoice_papers import publish
from bonds.operations.invoicing import settle_invoice
from bonds.operations.noting import issue_note
from bonds.operations.overpaying import credit_paid
from bonds.queries.invoices import PartAsked, number_of
from bonds.queries.undoing import LinePlan, PartPlan


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
    notes = []
    for invoice in sorted(parts, key=lambda one: one.number):
        mine = parts[invoice]
        note = issue_note(
            payer=invoice.payer,
            claim_round=invoice.round,
            parts=[PartAsked(part.share, part.undone.credited) for part in mine],
            tax_pence=sum(part.tax for part in mine),
            like=invoice,
            of=invoice,
            reason=told,
            actor=actor,
            at=at,
        )
        notes.append(note)
        taken_off = min(note.gross_pence, invoice.open_pence)
        credit_paid(note, note.gross_pence - taken_off, actor=actor, at=at)
        settle_invoice(invoice, taken_off, actor=actor, at=at, reason=number_of(note))
    publish(notes, actor=actor, at=at)
    return notes
