"""Pages of claims ask the database as often for many lines as for few."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.bonds.claim_pages.test_api import Api
from tests.factories.bonds import CLAIMED_AT

pytestmark = pytest.mark.django_db


def submit(room, count: int):
    events = [room.world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy") for _ in range(count)]
    return room.world.submit(*events)


def count_queries(ask) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert ask().status_code == 200
    return len(asked)


@pytest.mark.parametrize("is_accepted", [False, True])
def test_the_number_of_queries_does_not_grow_with_the_lines(room, is_accepted):
    few, many = submit(room, 2), submit(room, 12)
    if is_accepted:
        room.world.accept(few, at=CLAIMED_AT)
        room.world.accept(many, at=CLAIMED_AT)
    api = Api(room, "plumbline")
    api.get("claim-list")
    room.get("plumbline", "claims")

    pages = [count_queries(lambda one=one: room.get("plumbline", "claim", one.number)) for one in (few, many)]
    lines = [count_queries(lambda one=one: api.get("claim-lines", one.number)) for one in (few, many)]

    assert pages[0] == pages[1]
    assert lines[0] == lines[1]


def test_what_can_be_claimed_and_the_look_ahead_do_not_ask_by_line(room):
    def draft(count: int) -> tuple[int, int]:
        events = [room.world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy") for _ in range(count)]
        listed = count_queries(lambda: room.get("hearthside", "claim-new"))
        room.post("hearthside", "claim-new", events=[one.public_id for one in events], act="ticked")
        return listed, count_queries(lambda: room.get("hearthside", "claim-submit", 1))

    room.get("hearthside", "claims")
    draft(1)
    few, many = draft(2), draft(12)

    assert few == many
