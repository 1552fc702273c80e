"""Whatever a program sends within the API's own description: no server error, and an answer as described."""

from __future__ import annotations

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from people import operations as people_operations
from people.models import Organisation, Scope, User
from tests.factories import shares as make
from tests.policies.world import a_journal, a_record
from tests.shares_pages.conftest import officer

pytestmark = pytest.mark.django_db
EXAMPLES = 8
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def read_schema() -> schemathesis.BaseSchema:
    schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True))
    schema.app = get_wsgi_application()
    return schema


OPERATIONS = [found.ok() for found in read_schema().get_all_operations()]


@pytest.fixture(autouse=True)
def _one_connection():
    """As Django's own test client does: the connection of the test outlives a request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def headers_of(user: User, organisation: Organisation | None = None) -> dict[str, str]:
    """A key with every scope there is."""
    issued = people_operations.issue_key(
        user=user, name="all", scopes=Scope.values, organisation=organisation, actor="user:x", at=make.NOW
    )
    return {"Authorization": f"Api-Key {issued.secret}"}


@pytest.fixture
def callers(offer, resident) -> dict[str, dict[str, str]]:
    """A resident with a purchase, and the society's secretary who is its treasurer as well."""
    user = officer(offer.organisation, "secretary")
    people_operations.appoint_officer(
        user=user, organisation=offer.organisation, role="treasurer", from_on=make.OPENS_AT.date(),
        actor="system:tests", at=make.OPENS_AT,
    )  # fmt: skip
    return {"resident": headers_of(resident), "officer": headers_of(user, offer.organisation)}


@pytest.fixture
def real(offer, resident) -> dict[str, list[str]]:
    """Names of things that are there, by the parameter of the path that they can stand for."""
    application = make.complete(offer, 10, user=resident)
    paid = make.paid(offer, 20)
    book = make.book_of(offer.organisation)
    return {
        "slug": [offer.slug, offer.organisation.slug, book.slug],
        "kind": ["balance-sheet", "income-and-expenditure", "aged-creditors", "general-ledger"],
        "journal": [a_journal(offer.organisation, book, resident).public_id],
        "public_id": [application.public_id, paid.payment.public_id, a_record(offer.organisation, book, resident)],
    }


@pytest.mark.parametrize("who", ["resident", "officer"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_answers_are_as_described(operation, who, callers, real, checkouts):
    @seed(20260310)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), data=st.data())
    def send(case, data):
        for name in case.path_parameters:
            if name in real and data.draw(st.integers(0, 3)):
                case.path_parameters[name] = data.draw(st.sampled_from(real[name]))
        if isinstance(case.body, dict) and "offer" in case.body and data.draw(st.booleans()):
            case.body["offer"] = real["slug"][0]
        response = case.call(headers=callers[who])
        case.validate_response(response, checks=CHECKS)
        seen.append(response.status_code)

    seen: list[int] = []
    send()

    assert seen
    assert 401 not in seen
