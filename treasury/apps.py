"""The treasury as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_ENTRY_KINDS = {
    "manual_journal": _("Manual journal"),
    "imported_journal": _("Imported journal"),
    "opening_balances": _("Opening balances"),
    "year_end": _("Year end"),
}


class TreasuryConfig(AppConfig):
    """Registers the menu item of the books and the month-end controls of the ledger's own accounts."""

    name = "treasury"
    verbose_name = _("treasury")

    def ready(self) -> None:
        """Fill the registries."""
        from foundation.registries import MENU_ITEMS, MONTH_END_CONTROLS, MenuItem, MonthEndControl  # noqa: PLC0415
        from treasury.queries import controls  # noqa: PLC0415

        readers = frozenset({"treasurer", "director", "secretary"})
        MENU_ITEMS.register("treasury.books", MenuItem(_("Books"), "treasury:books", readers, order=400))
        MENU_ITEMS.register("treasury.month_end", MenuItem(_("Month end"), "treasury:month-end", readers, order=410))
        MONTH_END_CONTROLS.register(
            "ledger.owners",
            MonthEndControl(
                _("Every control account is the sum of its owners"), controls.find_owners_off_control, "", order=10
            ),
        )
        MONTH_END_CONTROLS.register(
            "ledger.suspense",
            MonthEndControl(_("9998 Suspense is zero"), controls.find_open_suspense, "treasury:books", order=20),
        )
        MONTH_END_CONTROLS.register(
            "ledger.payment_files",
            MonthEndControl(
                _("1280 Payment file clearing is zero"), controls.find_open_payment_files, "treasury:books", order=30
            ),
        )
        self._register_kinds()
        self._register_journals()
        self._register_imports()
        self._register_reports()
        # Rooms above and beside the ledger promise these.
        MONTH_END_CONTROLS.expect("ledger.owners", "ledger.suspense", "ledger.payment_files")

    def _register_kinds(self) -> None:
        """Name the entries that the treasury posts."""
        from foundation.registries import ENTRY_KINDS  # noqa: PLC0415

        for kind, words in _ENTRY_KINDS.items():
            ENTRY_KINDS.register(kind, words)

    def _register_imports(self) -> None:
        """Register what imports need: who does the long ones, and what their progress is called."""
        from foundation import registries  # noqa: PLC0415
        from treasury import handlers  # noqa: PLC0415
        from treasury.operations import imports  # noqa: PLC0415

        registries.OUTBOX_HANDLERS.register(imports.TOPIC, handlers.import_journals)
        registries.JOB_KINDS.register(imports.JOB, registries.JobKind(title=_("Importing journals")))

    def _register_reports(self) -> None:
        """Register what long reports need: who makes them, and what their progress is called."""
        from foundation import registries  # noqa: PLC0415
        from treasury import handlers  # noqa: PLC0415
        from treasury.operations import report_files  # noqa: PLC0415

        registries.OUTBOX_HANDLERS.register(report_files.TOPIC, handlers.make_report)
        registries.JOB_KINDS.register(report_files.JOB, registries.JobKind(title=_("Making the report as PDF")))

    def _register_journals(self) -> None:
        """Register what manual journals need: their line of the menu, their invariants, their personal data."""
        from foundation import registries  # noqa: PLC0415
        from treasury.exports.personal import export_journals  # noqa: PLC0415
        from treasury.invariants import INVARIANTS  # noqa: PLC0415
        from treasury.operations import journals, privacy  # noqa: PLC0415
        from treasury.queries.sources import give_journal_sources  # noqa: PLC0415

        registries.ENTRY_SOURCES.register("mjn", give_journal_sources)
        readers = frozenset({"treasurer", "director", "secretary"})
        registries.MENU_ITEMS.register(
            "treasury.journals", registries.MenuItem(_("Manual journals"), "treasury:journals", readers, order=405)
        )
        registries.INVARIANTS.register("treasury", INVARIANTS)
        registries.PERSONAL_DATA_HOLDERS.register(
            "treasury",
            registries.PersonalDataHolder(
                export=export_journals, erase=privacy.erase_treasury, merge=journals.merge_journals
            ),
        )
