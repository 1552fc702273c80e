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
        """Register what the rooms below have to know."""
        from bonds.registrations import register_all  # noqa: PLC0415  models are loaded by now

        register_all()
