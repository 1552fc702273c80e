"""Random histories of one contract: whatever its parties do, in any order, every invariant holds after each act."""

from __future__ import annotations

import pytest
from django.db import connection

from bonds.invariants import INVARIANTS
from bonds.queries.overview import gather
from bonds.queries.overview_books import compare_with_books
from ledger.invariants import INVARIANTS as LEDGER_INVARIANTS
from tests.bonds.histories.history import History

EVERY = 5


def _live(seed: int, *, steps: int, every: int) -> History:
    history = History(seed)
    for number in range(1, steps + 1):
        history.step()
        if number % every == 0 or number == steps:
            found = [line for one in INVARIANTS for line in one.find_violations()]
            assert found == [], (seed, history.trail)
            ties = compare_with_books(gather(contract=history.contract, on=history.today))
            assert [one for one in ties if one.difference] == [], (seed, history.trail)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert [line for one in LEDGER_INVARIANTS for line in one.find_violations()] == []
    return history


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_random_histories_break_nothing(seed):
    history = _live(seed, steps=120, every=EVERY)

    # It is a history in which things happen.
    assert {"accept", "invoice", "decide_money", "call"} <= set(history.counts)


@pytest.mark.soak
@pytest.mark.django_db
@pytest.mark.timeout(7_200)
@pytest.mark.parametrize("seed", range(100, 200))
def test_many_long_random_histories_break_nothing(seed):
    _live(seed, steps=400, every=1)
