"""Work that was promised in a transaction, one function for each outbox topic; and what entries come from, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.outbox import RetryLater
from foundation.registries import EntrySource
from payments import operations, queries
from payments.models import Payment, RecordedMoney, Refund

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


def give_payment_sources(refs: Sequence[str]) -> Mapping[str, EntrySource]:
    """Name the card payments that entries come from, with the page of the payments."""
    rows = Payment.objects.filter(public_id__in=refs).select_related("organisation")
    return {row.public_id: _source(_("Card payment"), "payments:overview", row.organisation.slug) for row in rows}


def give_refund_sources(refs: Sequence[str]) -> Mapping[str, EntrySource]:
    """Name the refunds that entries come from, with the page of the refunds."""
    rows = Refund.objects.filter(public_id__in=refs).values_list("public_id", "receipt__payment__organisation__slug")
    return {ref: _source(_("Refund of a card payment"), "payments:refunds", slug) for ref, slug in rows}


def give_recorded_sources(refs: Sequence[str]) -> Mapping[str, EntrySource]:
    """Name the recorded receipts and payments that entries come from, each with its page."""
    rows = RecordedMoney.objects.filter(public_id__in=refs).select_related("organisation")
    return {
        row.public_id: EntrySource(
            queries.title_of(row), reverse("payments:recorded", args=[row.organisation.slug, row.public_id])
        )
        for row in rows
    }


def _source(label: str, name: str, slug: str) -> EntrySource:
    return EntrySource(label, reverse(name, args=[slug]))
