"""Work that was promised in a transaction: one function for each outbox topic, each safe to run twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from foundation.outbox import RetryLater
from payments import operations

SOON_SECONDS: Final = 60
LATER_SECONDS: Final = 900


def handle_event(*, payload: dict[str, Any], at: datetime) -> None:
    """Process a stored message of the provider."""
    try:
        operations.process_event(event_id=payload["event_id"], at=at)
    except (operations.ProviderUnavailable, operations.FeeNotKnownYet) as later:
        raise RetryLater(SOON_SECONDS) from later


def handle_checkout_expiry(*, payload: dict[str, Any], at: datetime) -> None:
    """Close the page of a payment that is called off."""
    try:
        operations.expire_checkout(payment_id=payload["payment_id"], at=at)
    except (operations.ProviderUnavailable, operations.FeeNotKnownYet) as later:
        raise RetryLater(SOON_SECONDS) from later


def handle_refund(*, payload: dict[str, Any], at: datetime) -> None:
    """Send one refund."""
    try:
        operations.send_refund(refund_id=payload["refund_id"], at=at)
    except operations.ProviderUnavailable as later:
        raise RetryLater(SOON_SECONDS) from later
    except operations.BalanceTooLow as later:
        raise RetryLater(LATER_SECONDS) from later


def handle_refund_run(*, payload: dict[str, Any], at: datetime) -> None:
    """Send the next refunds of a run."""
    try:
        operations.continue_refund_run(run_id=payload["run_id"], at=at)
    except operations.ProviderUnavailable as later:
        raise RetryLater(SOON_SECONDS) from later
