"""The fixtures of the stand-in, for its own tests."""

from __future__ import annotations

import pytest
import stripe

from tests.standin.fixtures import standin, standin_process, webhook_receiver
from tests.standin.process import Standin
from tests.stripe_spec.client import SpecCheckedClient
from tests.stripe_spec.fixtures import spec_client, stripe_spec

__all__ = ["spec_client", "standin", "standin_process", "stripe_spec", "webhook_receiver"]


@pytest.fixture
def client(standin: Standin, spec_client: SpecCheckedClient) -> stripe.StripeClient:
    """The official client: each request and each reply is checked against Stripe's document."""
    return standin.client(http_client=spec_client)
