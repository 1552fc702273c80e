"""What the verifier's desk registers with the rooms below: accepting much at once."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bonds import handlers
from bonds.operations import accepting, closing_samples
from foundation import registries


def register() -> None:
    """Register it; called once, when the models are loaded."""
    registries.OUTBOX_HANDLERS.register(accepting.TOPIC, handlers.accept_waiting)
    registries.OUTBOX_HANDLERS.register(closing_samples.TOPIC, handlers.close_sample)
    registries.JOB_KINDS.register(closing_samples.TOPIC, registries.JobKind(title=_("Closing the sample")))
    registries.JOB_KINDS.register(accepting.TOPIC, registries.JobKind(title=_("Accepting all that waits")))
