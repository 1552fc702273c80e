"""The treasury as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TreasuryConfig(AppConfig):
    """Registers the menu item of the books and the month-end controls of the ledger's own accounts."""

    name = "treasury"
    verbose_name = _("treasury")
