"""Invoices and credit notes as documents: what was fixed when they were issued, line by line."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from bonds.policies import Standpoint
from bonds.policies.invoices import may_see_invoices, sees_every_invoice
from bonds.queries.claims import names_of_metrics
from bonds.queries.contracts import roles_of
from bonds.queries.invoice_lists import lines_of
from bonds.queries.invoice_words import say_fields, say_plain_lines
from bonds.queries.invoices import asked_pence, get_invoice, number_of
from bonds.queries.overpayments import find_credit_of
from bonds.states import InvoiceKind
from foundation import clock
from foundation.access import ALLOWED, Actor, Decision, refuse
from people.policies import NO_ROLE
from people.queries import organisations_of

INVOICE_SERIES: Final = "OINV"
CREDIT_NOTE_SERIES: Final = "OCRN"


def invoice_context(subject: str) -> dict[str, Any]:
    """Give what the PDF of an invoice or credit note says: what was fixed when it was issued, and nothing later.

    Args:
        subject: Its public id.
    """
    invoice = get_invoice(public_id=subject)
    names = names_of_metrics(invoice.contract)
    credit = find_credit_of(invoice)
    return {
        "invoice": invoice,
        "contract": invoice.contract,
        "payer": invoice.payer.organisation,
        "number": number_of(invoice),
        "is_invoice": invoice.kind == InvoiceKind.INVOICE.value,
        "fields": say_fields(invoice.facts),
        "advance_pence": invoice.gross_pence - asked_pence(invoice),
        "left_pence": asked_pence(invoice),
        "credit_pence": credit.credit.pence if credit else 0,
        "plain_lines": say_plain_lines(invoice.facts),
        "lines": [
            {"line": one, "called": names.get(one.share.result.metric, one.share.result.metric)}
            for one in lines_of(invoice)
        ],
    }


def may_download_invoice(actor: Actor, document: Any) -> Decision:
    """Decide who may have the PDF of an invoice: officers of the holder and of the payer whose it is."""
    invoice = get_invoice(public_id=document.subject)
    for organisation in organisations_of(actor):
        parts = roles_of(contract=invoice.contract, organisation=organisation, on=clock.today())
        standpoint = Standpoint(organisation.public_id, *parts)
        is_seen = sees_every_invoice(standpoint) or organisation.pk == invoice.payer.organisation_id
        if is_seen and may_see_invoices(actor, standpoint):
            return ALLOWED
    return refuse(_("There is no such document."), NO_ROLE)


def name_invoice_file(document: Any) -> str:
    """Name the file after the number that stands on the invoice."""
    return f"{number_of(get_invoice(public_id=document.subject))}.pdf"


def say_invoice_number(document: Any) -> dict[str, Any]:
    """Tell whoever checks a document which invoice it is; neither payer nor amount."""
    return {_("Number"): number_of(get_invoice(public_id=document.subject))}
