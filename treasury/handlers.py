"""What the outbox brings: long imports, long reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from treasury.operations import report_files
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


def make_report(*, payload: dict[str, Any], at: datetime) -> None:
    """Write a long report as PDF; safe to run again."""
    report_files.make_report(report_file=payload["report_file"], result_path=payload["result_path"], at=at)
