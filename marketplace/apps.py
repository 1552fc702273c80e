"""The room as a Django application."""

from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    """`marketplace` as a Django application."""

    name = "marketplace"
