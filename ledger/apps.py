"""The ledger as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """Registers what must always hold, and the check that its guards are in place."""

    name = "ledger"
    verbose_name = _("ledger")

    def ready(self) -> None:
        """Fill the registry of invariants and load the check."""
        from foundation.registries import INVARIANTS  # noqa: PLC0415 - apps are loaded only now
        from ledger import checks  # noqa: F401, PLC0415 - registers itself
        from ledger.invariants import INVARIANTS as LEDGER_INVARIANTS  # noqa: PLC0415

        INVARIANTS.register("ledger", LEDGER_INVARIANTS)
