"""A society in front of the stand-in; every request and reply is checked against Stripe's document."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from ledger import queries as ledger_queries
from payments.operations import stripe_gateway
from tests.payments.world import PURPOSE_OF_TESTS, World, make_society
from tests.standin.fixtures import standin, standin_process
from tests.standin.process import API_KEY, Standin
from tests.stripe_spec.checker import Spec
from tests.stripe_spec.client import SpecCheckedClient
from tests.stripe_spec.fixtures import stripe_spec

__all__ = ["standin", "standin_process", "stripe_spec"]


@pytest.fixture
def exchanges(stripe_spec: Spec) -> Iterator[SpecCheckedClient]:
    """The transport of our gateway: it checks what we send and what we get, and keeps both."""
    client = SpecCheckedClient(stripe_spec, timeout=3)
    yield client
    client.close()
    assert client.problems == []


@pytest.fixture
def provider(standin: Standin, exchanges: SpecCheckedClient, settings, monkeypatch) -> Iterator[Standin]:
    """The stand-in as our settings see it."""
    settings.STRIPE_API_KEY = API_KEY
    settings.STRIPE_API_BASE = standin.base_url
    settings.STRIPE_WEBHOOK_SECRET = standin.secret
    monkeypatch.setattr(stripe_gateway, "make_http_client", lambda: exchanges)
    stripe_gateway.forget_client()
    yield standin
    stripe_gateway.forget_client()


@pytest.fixture
def world(transactional_db, provider: Standin) -> Iterator[World]:
    """One society that may take money. Needs the marker django_db(transaction=True)."""
    PURPOSE_OF_TESTS.told.clear()
    PURPOSE_OF_TESTS.on_settled = None
    organisation = make_society()
    yield World(
        standin=provider,
        organisation=organisation,
        book=ledger_queries.get_book(organisation=organisation.public_id),
        purpose=PURPOSE_OF_TESTS,
        web=Client(),
    )
    PURPOSE_OF_TESTS.on_settled = None
