"""What investors' money registers with the rooms below: what it is for, and the words for its entries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bonds import handlers
from bonds.documents import investors as documents
from bonds.operations import calling, distributing, noticing, paying_out, paying_tax, sharing_out
from bonds.queries import investor_labels as labels
from bonds.queries.withholding import TAX_PURPOSE
from foundation import registries


def register() -> None:
    """Register it; called once, when the models are loaded."""
    registries.OUTBOX_HANDLERS.register(sharing_out.TOPIC, handlers.share_out)
    registries.JOB_KINDS.register(sharing_out.TOPIC, registries.JobKind(title=_("Sharing out the cash")))
    registries.RECORDED_PURPOSES.register(
        calling.DRAWDOWN_PURPOSE,
        registries.RecordedPurpose(
            title=_("Payment of an investor who was called on"),
            directions=frozenset({"in"}),
            lines=calling.drawdown_lines,
            check=calling.check_drawdown,
            settled=calling.note_drawn,
            reversed=calling.note_drawdown_undone,
            lock_first=calling.lock_for_drawdown,
        ),
    )
    registries.RECORDED_PURPOSES.register(
        distributing.DISTRIBUTION_PURPOSE,
        registries.RecordedPurpose(
            title=_("Payment of what an investor or another party is due"),
            directions=frozenset({"out"}),
            lines=paying_out.payment_lines,
            check=paying_out.check_payment,
            settled=paying_out.note_paid,
            reversed=paying_out.note_payment_undone,
            lock_first=paying_out.lock_for_payment,
        ),
    )
    registries.ENTRY_KINDS.register("bonds.committed", _("Investors committed money"))
    registries.ENTRY_KINDS.register("bonds.commitment_cancelled", _("Commitments of investors cancelled"))
    registries.ENTRY_KINDS.register(noticing.POSTED_KIND, _("Investors called on: what is awaited"))
    registries.ENTRY_KINDS.register(noticing.TAKEN_BACK_KIND, _("What investors were called on for will not come"))
    registries.ENTRY_KINDS.register("bonds.drawn", _("Committed money was paid in, or that was undone"))
    registries.ENTRY_KINDS.register("bonds.interest_accrued", _("Interest of investors"))
    registries.ENTRY_KINDS.register("bonds.written_off", _("Loans of investors written off"))
    registries.ENTRY_KINDS.register("bonds.distributed", _("Cash shared out"))
    registries.ENTRY_KINDS.register("bonds.recycled", _("Repaid money can be called again, or that was undone"))
    registries.DOCUMENT_KINDS.register(
        documents.STATEMENT,
        registries.DocumentKind(
            template="documents/investor_statement.html",
            series=documents.SERIES,
            title=_("Statement of an investor under an outcome contract"),
            context=documents.statement_context,
            may_download=documents.may_download_statement,
            file_name=documents.name_file,
        ),
    )
    _register_tax()
    _register_names()


def _register_tax() -> None:
    """Register what tax that was withheld is for."""
    registries.RECORDED_PURPOSES.register(
        TAX_PURPOSE,
        registries.RecordedPurpose(
            title=_("Tax withheld from investors' interest, paid over"),
            directions=frozenset({"out"}),
            lines=paying_tax.payment_lines,
            check=paying_tax.check_payment,
            settled=paying_tax.note_paid,
            reversed=paying_tax.note_undone,
            lock_first=paying_tax.lock_for_tax,
        ),
    )


def _register_names() -> None:
    """Register what the ids of investors' things stand for in the books, and where they are."""
    owners = {"cmt": labels.label_commitments, "cpt": labels.label_parts, "dst": labels.label_dues}
    for prefix, give_labels in owners.items():
        registries.OWNER_LABELS.register(prefix, give_labels)
    sources = {
        "cmt": labels.give_commitments,
        "cal": labels.give_calls,
        "cpt": labels.give_parts,
        "drw": labels.give_drawdowns,
        "cmc": labels.give_changes,
        "acr": labels.give_accruals,
        "wfr": labels.give_runs,
        "dst": labels.give_dues,
        "dpm": labels.give_payments,
        "ocv": labels.give_versions,
    }
    for prefix, give_sources in sources.items():
        registries.ENTRY_SOURCES.register(prefix, give_sources)
