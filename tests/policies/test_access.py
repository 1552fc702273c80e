"""Every address, with every method, for every role, in the own and in another organisation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from core.errors import Unavailable
from foundation import clock
from payments.operations import stripe_gateway
from people.operations import issue_key
from tests.policies import kinds
from tests.policies.kinds import Row
from tests.policies.table import NOT_OURS, TABLE, parts_of
from tests.policies.world import World, build

METHODS = ("get", "post", "put", "patch", "delete")
Address = tuple[str, str]


def addresses(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Go through every address of the site with its full name."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, ":".join(filter(None, (namespace, pattern.namespace))))
        else:
            yield ":".join(filter(None, (namespace, pattern.name))), pattern


OURS = {name: pattern for name, pattern in addresses(get_resolver()) if not name.startswith(NOT_OURS)}


def methods_of(pattern: URLPattern) -> set[str]:
    """The methods that a class of a view answers; a function is asked for by its row."""
    view = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", None)
    if view is None:
        return set()
    answered = {method for method in METHODS if hasattr(view, method) and method in view.http_method_names}
    # Django's form views answer PUT as POST.
    return answered - {"put"} if "post" in answered else answered


class RolledBack(Exception):
    """Undoes what a request did."""


@pytest.fixture(scope="module")
def no_provider() -> Iterator[None]:
    """The provider does not answer: who may ask is decided before."""

    def away(*_args: object, **_kwargs: object) -> None:
        raise Unavailable("The card payments do not answer. Please try again in a few minutes.")

    patch = pytest.MonkeyPatch()
    patch.setattr(stripe_gateway, "refuse_in_transaction", away)
    yield
    patch.undo()


@pytest.fixture
def world(db: None) -> World:
    return build()


def test_every_address_and_method_has_a_row():
    rows = {(row.name, row.method) for row in TABLE}
    missing = {
        (name, method) for name, pattern in OURS.items() for method in methods_of(pattern) if (name, method) not in rows
    }
    unknown_functions = {
        name for name, pattern in OURS.items() if not methods_of(pattern) and not any(row.name == name for row in TABLE)
    }

    assert sorted(missing) == []
    assert sorted(unknown_functions) == []


def test_every_row_is_of_an_address():
    assert sorted({row.name for row in TABLE} - OURS.keys()) == []
    assert len({(row.name, row.method) for row in TABLE}) == len(TABLE)


def ask(client: Client, row: Row, world: World) -> int:
    """Send the request and undo what it did; tell the status, with 302 only where it leads to sign-in or onwards."""
    names = frozenset(OURS[row.name].pattern.converters)
    url = reverse(row.name, kwargs=parts_of(row.name, names, world))
    status = 0
    try:
        with transaction.atomic():
            body = {"content_type": "application/json"} if row.is_api and row.method != "get" else {}
            response = getattr(client, row.method)(url, row.body or None, **body)
            status = response.status_code
            if status == 302 and "/accounts/login/" in response["Location"]:
                status = -302
            raise RolledBack
    except RolledBack:
        return status


@pytest.mark.django_db
@pytest.mark.parametrize("role", kinds.ROLES)
def test_each_role_gets_what_the_table_says(world, role, no_provider):
    client = world.client(role)
    client.raise_request_exception = False

    wrong = []
    for row in TABLE:
        status = ask(client, row, world)
        sent_to_sign_in = status == -302
        expected = row.expected(role)
        if sent_to_sign_in and role == kinds.ANONYMOUS and 302 in expected:
            continue
        if sent_to_sign_in or status not in expected:
            wrong.append(f"{row.method.upper()} {row.name} as {role}: {status}, expected {sorted(expected)}")

    assert not wrong, "\n".join(wrong)


SCOPED = [row for row in TABLE if row.scope]


def test_every_private_address_of_the_api_asks_for_a_scope():
    assert {row.name for row in TABLE if row.is_api and not row.scope and row.allowed != kinds.ALL} == set()


@pytest.mark.django_db
def test_a_key_without_the_scope_is_refused_and_with_it_let_in(world, no_provider):
    wrong = []
    for row in SCOPED:
        who = kinds.OWNER if kinds.OWNER in row.allowed else kinds.TREASURER
        who = who if who in row.allowed else kinds.SECRETARY
        for scopes, expected in ((["offers:read"], frozenset({403})), ([row.scope], kinds.LET_IN)):
            if row.scope in scopes and expected == frozenset({403}):
                continue
            key = issue_key(
                user=world.users[who],
                name="Tests",
                scopes=scopes,
                organisation=None if who == kinds.OWNER else world.organisation,
                actor="system:tests",
                at=clock.now(),
            )
            status = ask(Client(headers={"authorization": f"Api-Key {key.secret}"}), row, world)
            if status not in expected:
                wrong.append(f"{row.method.upper()} {row.name} with {scopes}: {status}, expected {sorted(expected)}")

    assert not wrong, "\n".join(wrong)
