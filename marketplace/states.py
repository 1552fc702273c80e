"""What an offer is to the public at one instant: its stored state, read together with the clock and the room left."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from shares.states import OfferState


class Standing(StrEnum):
    """How an offer stands for somebody who looks at it now."""

    UPCOMING = "upcoming"
    OPEN = "open"
    FULL = "full"
    PAUSED = "paused"
    CLOSED = "closed"
    SUCCEEDED = "succeeded"
    ALLOTTED = "allotted"
    FAILED = "failed"
    REFUNDED = "refunded"


# Offers that a visitor may still hope to buy in, and those that are over.
CURRENT = frozenset({Standing.UPCOMING, Standing.OPEN, Standing.FULL, Standing.PAUSED})
_STORED = {
    OfferState.CLOSED: Standing.CLOSED,
    OfferState.SUCCEEDED: Standing.SUCCEEDED,
    OfferState.ALLOTTED: Standing.ALLOTTED,
    OfferState.FAILED: Standing.FAILED,
    OfferState.REFUNDED: Standing.REFUNDED,
}


def standing_of(*, state: str, opens_at: datetime, closes_at: datetime, at: datetime, is_full: bool) -> Standing:
    """Tell how a public offer stands at an instant.

    Args:
        state: The stored state.
        opens_at: The instant it opens.
        closes_at: The instant it closes; at that very instant it is closed, whether somebody has noted it or not.
        at: The present instant.
        is_full: Whether no share is left.
    """
    stored = OfferState(state)
    if stored in _STORED:
        return _STORED[stored]
    if at >= closes_at:
        return Standing.CLOSED
    if stored is OfferState.PAUSED:
        return Standing.PAUSED
    if stored is not OfferState.OPEN or at < opens_at:
        return Standing.UPCOMING
    return Standing.FULL if is_full else Standing.OPEN
