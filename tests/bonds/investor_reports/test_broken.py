"""Rows that no act writes, put in with the guards taken away: the check of each invariant of reports finds them."""

from __future__ import annotations

from datetime import date

import pytest

from bonds.invariants.investor_reports import REPORT_INVARIANTS
from tests.bonds.investor_reports.support import a_year, accept_moves, issue
from tests.support.broken import check_each_is_found

pytestmark = pytest.mark.django_db(transaction=True)
FIND = {one.code: one.find_violations for one in REPORT_INVARIANTS}
BREAKS = {
    "BND-61": ["UPDATE bonds_investorreport SET from_on = from_on + 1 WHERE number = 2"],
    "BND-62": [
        "UPDATE bonds_investorreport SET facts = jsonb_set(facts, '{cash,after}', '1') WHERE number = 2",
        "UPDATE bonds_investorreport SET facts = jsonb_set(facts, '{months,0,in}', '1') WHERE number = 2",
        "UPDATE bonds_investorreportcopy SET facts = jsonb_set(facts, '{places,0,drawn}', '1')",
        "UPDATE bonds_investorreportcopy SET facts = jsonb_set(facts, '{places,0,interest_after}', '1')",
        "DELETE FROM bonds_investorreportcopy",
    ],
    "BND-63": [
        "UPDATE bonds_investorreport SET facts = jsonb_set(facts, '{results,0,in_period}', '4')",
        "UPDATE bonds_investorreport SET facts = jsonb_set(facts, '{results,0,so_far}', '1')",
        "UPDATE bonds_investorreport SET facts = jsonb_set(facts, '{results,0,so_far}', '0')",
        "UPDATE bonds_investorreport SET facts = jsonb_set(facts, '{results,0,so_far}', '23')",
        "UPDATE bonds_investorreport SET facts = jsonb_set(facts, '{results,0,so_far}', '3') - 'threshold'",
    ],
}


@pytest.fixture
def _history(db) -> None:
    """Two reports, the first with a small number of results."""
    world = a_year()
    accept_moves(world, 3)
    issue(world, until_on=date(2025, 8, 1))
    issue(world, from_on=date(2025, 8, 1))


@pytest.mark.usefixtures("_history", "_as_superuser")
def test_each_is_found():
    check_each_is_found(FIND, BREAKS)


def test_every_invariant_is_broken_here():
    assert set(BREAKS) == set(FIND)
