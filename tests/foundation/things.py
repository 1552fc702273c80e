"""What the tests of the foundation share: an instant, some actors, and a door for whoever may do anything."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db import connections

from config.embedded.postgres import SUPERUSER
from foundation.access import Actor
from tests.environment import CLUSTER

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

ALICE = Actor(ref="user:usr_alice", user_id=1, roles={"org_pub": frozenset({"secretary"})}, second_factor=True)
BOB = Actor(ref="user:usr_bob", user_id=2, roles={"org_pub": frozenset({"treasurer"})}, second_factor=True)
CAROL = Actor(ref="user:usr_carol", user_id=3, roles={"org_shop": frozenset({"secretary"})}, second_factor=True)
STAFF = Actor(ref="user:usr_staff", user_id=9, is_staff=True, second_factor=True)


def as_superuser() -> psycopg.Connection[Any]:
    """Connect to the test's database as somebody whom no trigger and no right stops."""
    name = connections["default"].settings_dict["NAME"]
    connection = psycopg.connect(CLUSTER.url(SUPERUSER, name), autocommit=True)
    connection.execute("SET session_replication_role = replica")
    return connection


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run each act in a thread of its own, with its own connection, and give results or exceptions in order."""
    outcomes: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def go(position: int, act: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=10)
            outcomes[position] = act()
        except Exception as error:
            outcomes[position] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes
