"""Dividing a whole number of pence or shares so that the parts sum to the whole."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import InvalidInput


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Divide a total in proportion to weights by the largest remainder.

    The parts sum to the total exactly. What is left after rounding down goes, one unit each, to the largest
    remainders; a tie goes to the earlier weight, so the caller's order is the rule.

    Args:
        total: Whole units to divide, zero or more.
        weights: Whole weights, zero or more, at least one of them positive unless the total is zero.

    Returns:
        One whole number per weight, in the same order.

    Raises:
        InvalidInput: a negative total or weight, or a positive total with nothing to weigh it by.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise InvalidInput("A total and its weights cannot be negative.", total=total)
    weighed = sum(weights)
    if weighed == 0:
        if total:
            raise InvalidInput("There is nothing to divide this total between.", total=total)
        return [0] * len(weights)
    parts = [total * weight // weighed for weight in weights]
    remainders = [total * weight % weighed for weight in weights]
    left = total - sum(parts)
    for index in sorted(range(len(weights)), key=lambda i: (-remainders[i], i))[:left]:
        parts[index] += 1
    return parts
