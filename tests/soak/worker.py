"""A Celery worker that looks for open work as soon as it is ready.

Its clock may be ahead, for tests in which the lease of a worker that was killed has to run out first.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from celery.__main__ import main
from celery.signals import worker_ready

from foundation import clock


def start() -> None:
    """Move the clock, then be Celery."""
    ahead = timedelta(seconds=int(os.environ.get("SECONDS_AHEAD", "0")))
    clock.now = lambda: datetime.now(UTC) + ahead
    main()


@worker_ready.connect
def _sweep(sender: Any, **_: Any) -> None:
    sender.app.send_task("foundation.sweep_outbox")


if __name__ == "__main__":
    sys.exit(start())
