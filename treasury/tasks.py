"""What Celery runs by the clock for treasurers and auditors."""

from __future__ import annotations

from typing import Any

import structlog
from celery import shared_task

from foundation import clock
from treasury import operations

log = structlog.get_logger(__name__)


@shared_task(name="treasury.publish_heads")
def publish_heads(**_: Any) -> None:
    """Publish the heads of the books' chains outside the database."""
    log.info("heads_published", count=operations.publish_heads(at=clock.now()))
