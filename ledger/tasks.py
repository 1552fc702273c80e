"""What Celery runs by the clock for the books."""

from __future__ import annotations

from typing import Any

import structlog
from celery import shared_task

from foundation import clock
from ledger import operations
from ledger.models import Book, SealQueue

log = structlog.get_logger(__name__)


@shared_task(name="ledger.seal")
def seal_books(**_: Any) -> None:
    """Give every waiting entry its place in its book's chain."""
    waiting = SealQueue.objects.order_by().values_list("book", flat=True).distinct()
    for book in Book.objects.filter(pk__in=list(waiting)):
        while operations.seal_entries(book=book, at=clock.now()):
            pass


@shared_task(name="ledger.expire_holds")
def expire_holds(**_: Any) -> None:
    """Let go of what was held for a while only."""
    ended = operations.expire_holds(at=clock.now())
    if ended:
        log.info("holds_expired", count=ended)
