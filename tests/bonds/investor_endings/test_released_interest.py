"""Interest that will never be paid is no longer shown as owed: statements say what the book says (2320)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bonds.operations.distributing import withdraw_run
from bonds.queries.investor_overview import find_overview
from bonds.queries.investor_statements import MOVEMENT_WORDS
from bonds.queries.investors import compute_investor_statements, list_movements
from tests.bonds.investor_books.support import DRAWN_ON, RUN_AT, RUN_ON, owners
from tests.bonds.investor_endings.support import GUARANTEED, deal, end
from tests.factories.bonds import HOLDER

pytestmark = pytest.mark.django_db
NO_GUARANTEE = replace(GUARANTEED, guarantees=())
AFTER = RUN_ON + timedelta(days=1)


def interest(world):
    """Earned, paid, released and owed, by investor in the senior tranche."""
    rows = compute_investor_statements(contract=world.contract, from_on=DRAWN_ON, until_on=AFTER)
    return {
        one.investor: (one.interest_earned, one.interest_paid, one.interest_released, one.interest_after)
        for one in rows
        if one.tranche == "senior"
    }


def test_a_statement_says_that_released_interest_is_not_owed():
    world = deal(2_000, NO_GUARANTEE)
    made = end(world)

    # £15 and £5 were shared out and are not paid yet: that is what the book owes.
    assert interest(world) == {"bigfund": (3_900, 0, 2_400, 1_500), "smallfund": (1_300, 0, 800, 500)}
    assert sorted(owners(world, "2320").values()) == [500, 1_500]
    total = find_overview(world.contract, on=AFTER).total
    assert (total.earned, total.interest_due, total.interest_lost) == (5_200, 2_000, 3_200)
    kinds = {one.kind for one in list_movements(world.contract)}
    assert kinds <= MOVEMENT_WORDS.keys()

    withdraw_run(run=made, reason="Too early.", actor=HOLDER, at=RUN_AT)

    # The loans stand again, and earn for this day too.
    assert interest(world) == {"bigfund": (3_911, 0, 0, 3_911), "smallfund": (1_304, 0, 0, 1_304)}
    assert sorted(owners(world, "2320").values()) == [1_300, 3_900]
