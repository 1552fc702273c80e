"""The foundation's Celery tasks."""

from __future__ import annotations

from typing import Any

from celery import shared_task


@shared_task(name="foundation.drive_outbox_message")
def drive_outbox_message(*, message_id: int, **_: Any) -> None:
    """Do the work of one outbox message, if it is due and nobody else has it."""
