"""The only clock. Views, tasks, commands and webhooks read it and pass the instant down."""

from __future__ import annotations

from datetime import UTC, date, datetime

from core.periods import legal_day


def now() -> datetime:
    """Tell the present instant, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Tell the present legal day (Europe/London)."""
    return legal_day(now())
