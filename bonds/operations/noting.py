"""Writing a credit note: its number, its fields and its lines. What it does to the books is for who issues it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bonds import states
from bonds.models import ClaimRound, Invoice, InvoiceLine, Party
from bonds.queries.invoices import PartAsked, next_number, number_of, write_facts
from core.periods import legal_day
from foundation import audit


def issue_note(
    *,
    payer: Party,
    claim_round: ClaimRound,
    parts: Sequence[PartAsked],
    plain_lines: Sequence[Mapping[str, Any]] = (),
    net_pence: int = 0,
    tax_pence: int,
    like: Invoice,
    of: Invoice | None = None,
    reason: str = "",
    actor: str,
    at: datetime,
) -> Invoice:
    """Issue a credit note; it is settled at once, since nobody pays it.

    Args:
        payer: To whom, of a contract that the caller has locked.
        claim_round: Whose batch id its entries carry.
        parts: What stands on it, above zero each; none where `net_pence` says what it comes to.
        plain_lines: Lines that come of no claim, by EN 16931 names; then `net_pence` says what they come to.
        net_pence: What a note without parts comes to.
        tax_pence: The VAT of it.
        like: An invoice, perhaps not saved, with the purchase order and how VAT looks at it.
        of: The invoice that it credits; None: it credits none.
        reason: Why, in words for the payer.
        actor: Reference of who.
        at: Now.

    Source: VAT Regulations 1995 reg.15C (credit notes); EN 16931, BT-3 (381) and BT-25.
    """
    contract, on = payer.contract, legal_day(at)
    net = sum(part.pence for part in parts) or net_pence
    note = Invoice(
        contract=contract,
        round=claim_round,
        payer=payer,
        kind=states.InvoiceKind.CREDIT_NOTE.value,
        credits=of,
        number=next_number(contract),
        state=states.InvoiceState.PAID.value,
        issued_on=on,
        due_on=on,
        net_pence=net,
        tax_pence=tax_pence,
        tax_category=like.tax_category,
        tax_rate=like.tax_rate,
        settled_pence=net + tax_pence,
        purchase_order=like.purchase_order,
        reason=reason,
        issued_by=actor,
        issued_at=at,
    )
    note.facts = write_facts(note, parts, registration=like.facts["BT-31"], tax_reason=like.facts["BT-120"])
    if plain_lines:
        note.facts["BG-25"] = list(plain_lines)
    note.save()
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=note, place=place, kind=note.kind, share=part.share, pence=part.pence)
        for place, part in enumerate(parts, start=1)
    )
    _record(note, actor=actor, at=at)
    return note


def _record(note: Invoice, *, actor: str, at: datetime) -> None:
    audit.record(
        actor=actor,
        action="bonds.credit_note_issued",
        at=at,
        organisation=note.contract.organisation.public_id,
        subject=note.public_id,
        after={
            "number": number_of(note),
            "of": number_of(note.credits) if note.credits else "",
            "net_pence": note.net_pence,
        },
        reason=note.reason[:200],
    )
