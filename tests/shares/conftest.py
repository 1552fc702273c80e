"""The shares' tests run without a provider: charges and refunds come through the payment room's own functions."""

from __future__ import annotations

import pytest

from shares.models import ShareOffer
from tests.factories import shares as make


@pytest.fixture
def offer(db) -> ShareOffer:
    """An open offer: shares of 10 pounds, 1,000 to 10,000 pounds, holdings from 50 to 5,000 pounds."""
    return make.open_offer()
