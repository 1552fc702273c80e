"""The stand-in as our settings see it, and the site's processes on the test's database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from payments.operations import stripe_gateway
from tests.soak.servers import Servers
from tests.standin.process import API_KEY


@pytest.fixture
def servers(transactional_db: None, tmp_path: Path, settings) -> Iterator[Servers]:
    """A stand-in whose webhooks are held; the rest is started by the test."""
    found = Servers(tmp_path)
    try:
        standin = found.start_standin()
        settings.STRIPE_API_KEY = API_KEY
        settings.STRIPE_API_BASE = standin.base_url
        settings.STRIPE_WEBHOOK_SECRET = standin.secret
        settings.PUBLIC_BASE_URL = found.address
        stripe_gateway.forget_client()
        yield found
    finally:
        found.stop()
        stripe_gateway.forget_client()
