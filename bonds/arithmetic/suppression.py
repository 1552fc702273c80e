"""Small numbers: a count of very few people can tell who they are, so it is not told.

Source: disclosure control as usual in published counts on people: numbers from 1 to 4 are suppressed (ONS, Policy on
protecting confidentiality in tables; the least number of 5 is unverified for outcome contracts).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

# Counts from one up to, but not including, this one are not told.
LEAST_TOLD: Final = 5


def is_small(count: int) -> bool:
    """Whether a count could tell who is meant. Nobody at all is nobody, and may be told."""
    return 0 < count < LEAST_TOLD


def suppress(count: int) -> int | None:
    """Give a count as it may be told: None where it is small.

    Args:
        count: Zero or more.
    """
    return None if is_small(count) else count


def tell_sum(total: int, parts: Iterable[int]) -> tuple[int | None, bool]:
    """Give a sum as it may be told beside its parts, so that no small part follows from the others.

    Args:
        total: Zero or more.
        parts: What it was told in, each part by itself, now and before.

    Returns:
        The sum, exact where no part is small; otherwise rounded down to a multiple of the least number told, with
        True for "at least". None where the sum is small itself.

    Source: secondary suppression: a total less its other parts would tell the small one.
    """
    if is_small(total):
        return None, False
    if any(is_small(part) for part in parts):
        return total // LEAST_TOLD * LEAST_TOLD, True
    return total, False
