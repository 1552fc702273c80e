"""What the outbox hands to this room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from documents import operations


def render_from_outbox(*, payload: dict[str, Any], at: datetime) -> None:
    """Make one document of a batch; safe to run again."""
    operations.render_of_batch(document=payload["document"], at=at)
