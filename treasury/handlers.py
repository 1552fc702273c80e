"""What the outbox brings: long imports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from treasury.operations.imports import run_import


def import_journals(*, payload: dict[str, Any], at: datetime) -> None:
    """Do a long import. A file is taken in once, so a second message changes nothing."""
    run_import(
        job_id=payload["job"],
        facts=payload["facts"],
        actor=payload["actor"],
        at=at,
        result_path=payload["result_path"],
    )
