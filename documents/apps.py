"""The room where documents are numbered, made, hashed and kept."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Registers the work it does for the outbox, and what must hold."""

    name = "documents"
    verbose_name = _("documents")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the rooms below."""
        from documents.handlers import render_from_outbox  # noqa: PLC0415  models must be loaded first
        from documents.invariants import INVARIANTS  # noqa: PLC0415
        from documents.operations.batches import MAKING, TOPIC  # noqa: PLC0415
        from foundation import registries  # noqa: PLC0415

        registries.OUTBOX_HANDLERS.register(TOPIC, render_from_outbox)
        registries.INVARIANTS.register("documents", INVARIANTS)
        registries.JOB_KINDS.register(MAKING, registries.JobKind(title=_("Making documents")))
