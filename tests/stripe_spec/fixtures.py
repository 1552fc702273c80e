"""Fixtures that check against Stripe's document. Another package of tests takes them into its conftest:

    from tests.stripe_spec.fixtures import spec_client, stripe_spec

`spec_client` is a transport for `stripe.StripeClient(..., http_client=spec_client)`; the test fails if
anything was wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stripe_spec.checker import Spec, load_spec
from tests.stripe_spec.client import SpecCheckedClient


@pytest.fixture(scope="session")
def stripe_spec() -> Spec:
    """Stripe's OpenAPI document, trimmed."""
    return load_spec()


@pytest.fixture
def spec_client(stripe_spec: Spec) -> Iterator[SpecCheckedClient]:
    """A checked transport for the official library."""
    client = SpecCheckedClient(stripe_spec)
    yield client
    client.close()
    assert client.problems == []
