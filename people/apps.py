"""Sign-in, persons, organisations, roles and keys."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Who acts here, for whom, and how they prove it."""

    name = "people"
    verbose_name = "People"
    default_auto_field = "django.db.models.BigAutoField"
