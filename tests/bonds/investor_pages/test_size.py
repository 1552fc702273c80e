"""Pages of investors ask the database as often for many calls, runs and investors as for few."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.bonds.investor_books.support import DRAWN_ON, RUN_AT, draw, earn, run

pytestmark = pytest.mark.django_db
PAGES = (("investors",), ("capital-call", 1), ("waterfall-run", 1), ("investor-statement",))


def count_queries(ask) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert ask().status_code == 200
    return len(asked)


@pytest.mark.parametrize("who", ["treasurer", "bigfund"])
def test_the_number_of_queries_does_not_grow_with_what_happened(room, who):
    draw(room.world, 110_000)
    run(room.world)
    for one in PAGES:
        room.get(who, *one)
    few = [count_queries(lambda one=one: room.get(who, *one)) for one in PAGES]

    for number in range(1, 4):
        on = DRAWN_ON + timedelta(days=number)
        draw(room.world, 11_000, on=on)
        earn(room.world, 10_000 + number, on=on)
        run(room.world, at=RUN_AT + timedelta(minutes=number))
    many = [count_queries(lambda one=one: room.get(who, *one)) for one in PAGES]

    assert many == few
    assert max(few) < 50
