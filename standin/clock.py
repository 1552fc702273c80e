"""The stand-in's own clock: the real one, begun in the past if so started, and moved forward when asked."""

import time

from standin.models import Knobs


def now() -> int:
    """Return the moment it is in the stand-in, in seconds since 1970, UTC."""
    return int(time.time()) + Knobs.get().clock_ahead_seconds


def real_milliseconds() -> int:
    """Return the real moment in milliseconds: for webhooks, whose lateness is measured in real time."""
    return time.time_ns() // 1_000_000
