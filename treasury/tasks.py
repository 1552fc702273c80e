"""What Celery runs by the clock for treasurers and auditors."""

from __future__ import annotations

from typing import Any

import structlog
from celery import shared_task

from foundation import clock
from foundation.access import system_actor
from treasury import operations
from treasury.operations import journals, report_files

log = structlog.get_logger(__name__)


@shared_task(name="treasury.publish_heads")
def publish_heads(**_: Any) -> None:
    """Publish the heads of the books' chains outside the database."""
    log.info("heads_published", count=operations.publish_heads(at=clock.now()))


@shared_task(name="treasury.reverse_due_journals")
def reverse_due_journals(**_: Any) -> None:
    """Reverse the accruals whose day has come; one that is refused, as by a closed period, is said in the log."""
    done, refused = journals.reverse_due_journals(actor=system_actor("accruals"), at=clock.now(), today=clock.today())
    for subject, code in refused:
        log.warning("sweep_refused", what="reversal", subject=subject, code=code)
    log.info("journals_reversed", count=done)


@shared_task(name="treasury.forget_old_reports")
def forget_old_reports(**_: Any) -> None:
    """Delete reports that were kept as long as promised, and end the jobs of those that never came."""
    log.info("reports_forgotten", count=report_files.forget_old_reports(at=clock.now()))
