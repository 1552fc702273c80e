"""What invoices register with the rooms below: how they are paid, and the words for their entries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bonds.operations import invoicing
from foundation import registries


def register() -> None:
    """Register it; called once, when the models are loaded."""
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
    registries.ENTRY_KINDS.register("bonds.invoiced", _("Results invoiced"))
    registries.ENTRY_KINDS.register("bonds.taken_back", _("Results taken back"))
    registries.ENTRY_KINDS.register("bonds.extrapolated", _("Recovered after a sample"))
