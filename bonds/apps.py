"""The app of outcome contracts, and what it registers with the rooms below."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BondsConfig(AppConfig):
    """Outcome contracts: terms, results, claims, payers and investors."""

    name = "bonds"
    verbose_name = _("Outcome contracts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register invariants and the words for entries in the books."""
        from bonds.invariants import INVARIANTS  # noqa: PLC0415  models are loaded by now
        from bonds.investor_invariants import INVESTOR_INVARIANTS  # noqa: PLC0415
        from bonds.operations import invoicing  # noqa: PLC0415
        from foundation import registries  # noqa: PLC0415

        registries.INVARIANTS.register("bonds", (*INVARIANTS, *INVESTOR_INVARIANTS))
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
        registries.ENTRY_KINDS.register("bonds.accepted", _("Results accepted"))
        registries.ENTRY_KINDS.register("bonds.claimed", _("Results claimed"))
        registries.ENTRY_KINDS.register("bonds.claim_decided", _("Claimed results decided"))
        registries.MENU_ITEMS.register(
            "bonds.contracts",
            registries.MenuItem(
                _("Outcome contracts"),
                "bonds:contracts",
                frozenset({"treasurer", "director", "secretary"}),
                order=300,
            ),
        )
        self._register_uploads()
        self._register_investors()
        self._register_claims()

    def _register_investors(self) -> None:
        """Register what investors' money is for, and the words for its entries."""
        from bonds.operations import calling, distributing, paying_out  # noqa: PLC0415
        from foundation import registries  # noqa: PLC0415

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
        registries.ENTRY_KINDS.register("bonds.drawn", _("Committed money was paid in, or that was undone"))
        registries.ENTRY_KINDS.register("bonds.interest_accrued", _("Interest of investors"))
        registries.ENTRY_KINDS.register("bonds.written_off", _("Loans of investors written off"))
        registries.ENTRY_KINDS.register("bonds.distributed", _("Cash shared out"))
        registries.ENTRY_KINDS.register("bonds.recycled", _("Repaid money can be called again, or that was undone"))

    def _register_uploads(self) -> None:
        """Register who takes in long files of results, and what their progress is called."""
        from bonds import handlers  # noqa: PLC0415
        from bonds.operations import uploads  # noqa: PLC0415
        from foundation import registries  # noqa: PLC0415

        registries.OUTBOX_HANDLERS.register(uploads.TOPIC, handlers.upload_results)
        registries.JOB_KINDS.register(uploads.JOB, registries.JobKind(title=_("Recording a file of results")))

    def _register_claims(self) -> None:
        """Register the statement of a claim, and what claims are called in the books."""
        from bonds import documents, handlers  # noqa: PLC0415
        from foundation import registries  # noqa: PLC0415

        registries.DOCUMENT_KINDS.register(
            documents.CLAIM,
            registries.DocumentKind(
                template="documents/outcome_claim.html",
                series=documents.SERIES,
                title=_("Claim under an outcome contract"),
                context=documents.claim_context,
                may_download=documents.may_download_claim,
                file_name=documents.name_file,
            ),
        )
        registries.OWNER_LABELS.register("clm", handlers.give_claim_labels)
        registries.ENTRY_SOURCES.register("clm", handlers.give_claim_sources)
