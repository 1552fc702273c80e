"""What the outbox brings to outcome contracts: long files of results."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bonds.operations.uploads import run_upload


def upload_results(*, payload: dict[str, Any], at: datetime) -> None:
    """Record a long file. A file is recorded once, so a second message changes nothing."""
    run_upload(payload=payload, at=at)
