"""What every test may rely on: its own database as the application role, invariants checked at the end, no network."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import TransactionTestCase

from config.embedded.postgres import SUPERUSER, Cluster, create_database
from tests.environment import CLUSTER
from tests.support.database import drop_database, empty_database, make_template

pytest_plugins = ["tests.support.plugins"]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The embedded PostgreSQL of the tests, shared by all processes of a run."""
    CLUSTER.acquire()
    yield CLUSTER
    CLUSTER.release()


@pytest.fixture(scope="session")
def django_db_setup(cluster: Cluster) -> Iterator[None]:
    """Copy the migrated template for this process; connect to it as the application role."""
    template = make_template(cluster)
    name = f"test_{os.getpid()}"
    create_database(cluster, name, template=template)
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name
    yield
    connections.close_all()
    drop_database(cluster, name)


def _empty_after_test(self: TransactionTestCase) -> None:
    empty_database(CLUSTER, connections["default"].settings_dict["NAME"])


# The application role may not truncate, so Django's own flush would be refused.
TransactionTestCase._fixture_teardown = _empty_after_test  # type: ignore[method-assign]


@pytest.fixture
def _as_superuser() -> Iterator[None]:
    """Whoever owns the server has no guard before them; what they do then is rolled back."""
    own, kept = connection.settings_dict, dict(connection.settings_dict)
    connection.close()
    own["USER"] = SUPERUSER
    yield
    connection.close()
    own.update(kept)


@pytest.fixture(autouse=True)
def _invariants_hold(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test that used the database: every invariant of every room holds."""
    uses_database = request.node.get_closest_marker("django_db") is not None
    if uses_database:
        request.getfixturevalue("_django_db_helper")
    yield
    if not uses_database or request.node.get_closest_marker("breaks_invariants"):
        return
    from bonds.models import OutcomesContract
    from foundation.registries import INVARIANTS

    # Every row of that room belongs to a contract, so where none is its hundred or so questions are all of nothing.
    silent = set() if OutcomesContract.objects.exists() else {"bonds"}
    found = [
        f"{invariant.code}: {offender}"
        for room, invariants in INVARIANTS.items()
        if room not in silent
        for invariant in invariants
        for offender in invariant.find_violations()
    ]
    assert found == []
