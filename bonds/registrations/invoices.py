"""What invoices register with the rooms below: how they are paid, their PDFs, and the words for their entries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bonds import handlers
from bonds.documents import invoices as documents
from bonds.operations import invoicing, issuing, overpaying, refunding
from bonds.queries.invoices import PAPERS
from bonds.queries.overpayments import PURPOSE
from bonds.states import InvoiceKind
from foundation import registries


def register() -> None:
    """Register it; called once, when the models are loaded."""
    registries.OUTBOX_HANDLERS.register(issuing.TOPIC, handlers.issue_invoices)
    registries.JOB_KINDS.register(issuing.TOPIC, registries.JobKind(title=_("Issuing invoices")))
    registries.RECORDED_PURPOSES.register(
        invoicing.RECEIPT_PURPOSE,
        registries.RecordedPurpose(
            title=_("Payment of an invoice for results"),
            directions=frozenset({"in"}),
            lines=invoicing.receipt_lines,
            check=invoicing.check_receipt,
            settled=invoicing.note_received,
            reversed=invoicing.note_receipt_reversed,
            lock_first=invoicing.lock_for_receipt,
        ),
    )
    registries.RECORDED_PURPOSES.register(
        PURPOSE,
        registries.RecordedPurpose(
            title=_("Paying back what a payer paid too much or is owed"),
            directions=frozenset({"out"}),
            lines=refunding.refund_lines,
            check=refunding.check_refund,
            settled=refunding.note_refunded,
            reversed=refunding.note_refund_undone,
            lock_first=refunding.lock_for_refund,
        ),
    )
    registries.ENTRY_KINDS.register(overpaying.CREDITED_KIND, _("Credited to a payer"))
    registries.ENTRY_KINDS.register(overpaying.USED_KIND, _("Credit set against an invoice"))
    registries.ENTRY_KINDS.register("bonds.invoiced", _("Results invoiced"))
    registries.ENTRY_KINDS.register("bonds.taken_back", _("Results taken back"))
    registries.ENTRY_KINDS.register("bonds.extrapolated", _("Recovered after a sample"))
    registries.ENTRY_SOURCES.register("oin", handlers.give_invoice_sources)
    _register_papers()


def _register_papers() -> None:
    invoice, note = InvoiceKind.INVOICE.value, InvoiceKind.CREDIT_NOTE.value
    series = {invoice: documents.INVOICE_SERIES, note: documents.CREDIT_NOTE_SERIES}
    titles = {invoice: _("Invoice for results"), note: _("Credit note for results")}
    for kind, paper in PAPERS.items():
        registries.DOCUMENT_KINDS.register(
            paper,
            registries.DocumentKind(
                template="documents/outcome_invoice.html",
                series=series[kind],
                title=titles[kind],
                context=documents.invoice_context,
                public_facts=documents.say_invoice_number,
                may_download=documents.may_download_invoice,
                file_name=documents.name_invoice_file,
            ),
        )
