"""When a payer is reminded of an invoice whose day has passed."""

from __future__ import annotations

from typing import Final

# Days after the last day to pay. No law names them: they are the house's own, close at first and then monthly.
STEPS: Final = (1, 8, 15, 30, 60, 90)


def find_step(days_over: int) -> int | None:
    """Find the newest step that was reached.

    Args:
        days_over: Days since the last day to pay; 0 on that day, below zero before.

    Returns:
        The step in days; None before the first.

    Source: the house's own; Procurement Act 2023 s.68 sets the day that has passed.
    """
    return next((step for step in reversed(STEPS) if days_over >= step), None)
