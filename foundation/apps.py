"""The room below all others."""

from __future__ import annotations

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """Registers what the foundation itself gives to its registries."""

    name = "foundation"

    def ready(self) -> None:
        """Register handlers, invariants and checks."""
        from foundation import checks, mail, registries  # noqa: F401, PLC0415  checks register themselves
        from foundation.invariants import INVARIANTS  # noqa: PLC0415

        registries.OUTBOX_HANDLERS.register(mail.TOPIC, mail.send_queued_mail)
        registries.INVARIANTS.register("foundation", INVARIANTS)
