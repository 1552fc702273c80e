"""The one place that turns exact figures into whole pence."""

from __future__ import annotations

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal


def half_up(amount: Decimal) -> int:
    """Round an exact figure to the nearest whole unit, a half away from zero.

    Args:
        amount: An exact figure in minor units (pence), any size.

    Returns:
        Whole minor units.
    """
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def floor(amount: Decimal) -> int:
    """Round an exact figure down to a whole unit (towards minus infinity)."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_FLOOR))
