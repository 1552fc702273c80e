"""A Celery worker whose clock may be ahead, for tests in which a claim or a lease has to run out first."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta

from celery.__main__ import main

from foundation import clock


def start() -> None:
    """Move the clock, then be Celery."""
    ahead = timedelta(seconds=int(os.environ.get("SECONDS_AHEAD", "0")))
    clock.now = lambda: datetime.now(UTC) + ahead
    main()


if __name__ == "__main__":
    sys.exit(start())
