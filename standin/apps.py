"""The one Django app of the stand-in."""

from django.apps import AppConfig


class StandinConfig(AppConfig):
    """Stripe objects, their webhooks and the controls that make trouble."""

    name = "standin"
    label = "standin"
