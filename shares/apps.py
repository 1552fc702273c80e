"""The app of community shares, and what it registers with the rooms below."""

from __future__ import annotations

from django.apps import AppConfig


class SharesConfig(AppConfig):
    """Community shares."""

    name = "shares"
    verbose_name = "Community shares"
