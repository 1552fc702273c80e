"""The plans of the demo's outcomes contract: what its parties bid, and what they expected after one year and two."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bonds import operations
from bonds.arithmetic.plans import Expected
from bonds.models import OutcomesContract
from bonds.queries.plans import draft_next_plan
from core.periods import legal_day
from foundation.access import Actor

# By result: how many a quarter, and from which quarter of the contract on.
_Rates = Mapping[str, tuple[int, int]]
BID: Final[_Rates] = {
    "moved_in": (8, 2),
    "home_3m": (7, 3),
    "home_6m": (6, 4),
    "home_12m": (5, 6),
    "learning": (3, 2),
    "job": (3, 3),
    "job_13w": (2, 4),
}
AFTER_A_YEAR: Final[_Rates] = {
    "moved_in": (6, 5),
    "home_3m": (5, 5),
    "home_6m": (4, 5),
    "home_12m": (3, 6),
    "learning": (2, 5),
    "job": (2, 5),
    "job_13w": (1, 5),
}
AFTER_TWO: Final[_Rates] = {
    "moved_in": (6, 9),
    "home_3m": (5, 9),
    "home_6m": (4, 9),
    "home_12m": (4, 9),
    "learning": (2, 9),
    "job": (2, 9),
    "job_13w": (2, 9),
}
_PLANS: Final[tuple[tuple[_Rates, str], ...]] = (
    (BID, "As bid: sixty people find a home in two years and a half, and most of them keep it."),
    (AFTER_A_YEAR, "Homes are harder to find than we thought, so fewer move in; those who do, stay."),
    (AFTER_TWO, "As last year, with more who have lived in their home for a whole year."),
)
# After the service people only go on living where they live.
_LAST_QUARTER: Final = 13
_LASTING: Final = frozenset({"home_3m", "home_6m", "home_12m", "job_13w"})
_LAST_OF_ALL: Final = 16


def make_demo_plan(contract: OutcomesContract, number: int, *, actor: Actor, at: datetime) -> None:
    """Make one of the demo's plans.

    Args:
        contract: Running.
        number: 0 with the signatures, 1 after a year, 2 after two.
        actor: Who plans for the holder.
        at: When.
    """
    rates, reason = _PLANS[number]
    draft = draft_next_plan(contract=contract, on=legal_day(at))
    expected = [
        Expected(period, metric, count)
        for metric, (count, first) in rates.items()
        for period in draft.periods.numbers
        if max(first, draft.locked + 1) <= period <= (_LAST_OF_ALL if metric in _LASTING else _LAST_QUARTER)
    ]
    operations.make_plan(contract=contract, number=number, expected=expected, reason=reason, actor=actor, at=at)
