"""What changes of contracts under way register with the rooms below: long work, and what its progress is called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bonds import handlers
from bonds.operations import adjusting
from foundation import registries


def register() -> None:
    """Register it; called once, when the models are loaded."""
    registries.OUTBOX_HANDLERS.register(adjusting.TOPIC, handlers.adjust_lines)
    registries.JOB_KINDS.register(adjusting.JOB, registries.JobKind(title=_("Working out earlier results again")))
