"""What files of results register with the rooms below: who takes them in, and what their progress is called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bonds import handlers
from bonds.operations import uploads
from foundation import registries


def register() -> None:
    """Register it; called once, when the models are loaded."""
    registries.OUTBOX_HANDLERS.register(uploads.TOPIC, handlers.upload_results)
    registries.JOB_KINDS.register(uploads.JOB, registries.JobKind(title=_("Recording a file of results")))
