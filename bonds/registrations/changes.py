"""What changes of contracts under way register with the rooms below: long work, and what its progress is called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bonds import handlers
from bonds.operations import adjusting_long as long
from foundation import registries


def register() -> None:
    """Register it; called once, when the models are loaded."""
    registries.OUTBOX_HANDLERS.register(long.TOPIC, handlers.adjust_lines)
    registries.OUTBOX_HANDLERS.register(long.PREVIEW_TOPIC, handlers.preview_adjustment)
    registries.JOB_KINDS.register(long.TOPIC, registries.JobKind(title=_("Working out earlier results again")))
    finding_out = registries.JobKind(title=_("Finding out what changes of earlier results"))
    registries.JOB_KINDS.register(long.PREVIEW_TOPIC, finding_out)
