"""How much of a claim that waits may count as income already: the part that is highly probable not to be taken back."""

from __future__ import annotations

from typing import Final

WHOLE_PERCENT: Final = 10_000


def constrain(expected: int, *, percent: int) -> int:
    """Give what may be recognised of an amount before it is accepted.

    Args:
        expected: What the engine makes of the line today, in pence.
        percent: The part that is highly probable not to be taken back, in hundredths of a percent, 0 to 10,000.

    Returns:
        Pence, rounded down: a constraint never gives more. Nothing of what is nothing or less.

    Source: FRS 102 (2026) section 23, constraint on variable consideration; which part, the holder says. Unverified for
    outcome contracts.
    """
    assert 0 <= percent <= WHOLE_PERCENT, "a part lies between nothing and the whole"
    return max(expected, 0) * percent // WHOLE_PERCENT
