"""Addresses that were only for the provider are not kept longer than a card holder may dispute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.money import from_minor
from payments import operations
from payments.models import Payment
from payments.operations.privacy import KEEP
from people.models import Organisation

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.breaks_invariants  # these payments have no receipts: only their ages matter
def test_address_of_a_payer_is_emptied_half_a_year_after_the_payment_is_over():
    society = Organisation.objects.create(slug="pub", name="The Pub", created_at=NOON)
    payments = [
        Payment.objects.create(
            organisation=society,
            purpose="share_application",
            subject=f"app_{name}",
            amount=from_minor(500),
            payer_email="ada@example.org",
            description="500 shares",
            state="settled" if name == "paid" else "ended" if name == "ended" else "needs_attention",
            expires_at=NOON,
            created_at=NOON,
            settled_at=NOON if name == "paid" else None,
            ended_at=NOON if name == "ended" else None,
        )
        for name in ("paid", "ended", "open")
    ]

    operations.sweep(at=NOON + KEEP)
    assert all(Payment.objects.get(pk=payment.pk).payer_email for payment in payments)

    operations.sweep(at=NOON + KEEP + timedelta(seconds=1))
    assert [Payment.objects.get(pk=payment.pk).payer_email for payment in payments] == ["", "", "ada@example.org"]
