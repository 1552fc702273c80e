"""How much of what was paid in advance an invoice uses: the oldest first, and never more than it asks for."""

from __future__ import annotations

from collections.abc import Sequence


def use_advances(asked: int, unearned: Sequence[int]) -> list[int]:
    """Say how much of each advance is set against an invoice.

    Args:
        asked: What the invoice asks for with tax, in pence, 0 or more.
        unearned: What is left of each of the payer's advances, in pence, the oldest first.

    Returns:
        Pence of each, in the same order.

    Source: treasury specification A8: V11 (an advance is earned as results are). The order is the house's own.
    """
    used = []
    for left in unearned:
        part = min(max(left, 0), asked)
        used.append(part)
        asked -= part
    return used
