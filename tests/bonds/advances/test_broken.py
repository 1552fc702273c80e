"""Rows that no act writes, put in with the guards taken away: the check of each invariant of advances finds them."""

from __future__ import annotations

import pytest

from bonds.invariants.advances import ADVANCE_INVARIANTS
from tests.bonds.advances.support import approve, make_world, move, pay
from tests.bonds.advances.test_advancing import accept
from tests.bonds.invoices.test_invoicing import issue
from tests.support.broken import check_each_is_found

pytestmark = pytest.mark.django_db(transaction=True)
FIND = {one.code: one.find_violations for one in ADVANCE_INVARIANTS}
BREAKS = {
    "BND-51": [
        "UPDATE bonds_advanceuse SET pence = pence + 1",
        "UPDATE bonds_advancemoney SET pence = pence - 1 WHERE is_receipt",
        "DELETE FROM bonds_advancemoney WHERE NOT is_receipt",
        "DELETE FROM bonds_advanceuse",
        "UPDATE bonds_advance SET pence = 1",
    ],
    "BND-52": [
        "DELETE FROM bonds_advanceuse",
        "UPDATE ledger_balance SET credits = credits + 1 WHERE account_id IN "
        "(SELECT id FROM ledger_account WHERE code = '2400')",
    ],
    "BND-53": [
        "UPDATE bonds_advancemoney SET pence = pence - 1",
        "UPDATE bonds_advancemoney SET record = record || 'x'",
        "DELETE FROM bonds_advancemoney",
    ],
}


@pytest.fixture
def _history(db) -> None:
    """An advance that came, was earned in part, and went back in part."""
    world = make_world()
    advance = pay(world)
    accept(world)
    issue(world)
    approve(move(advance, 5_000, is_receipt=False))


@pytest.mark.usefixtures("_history", "_as_superuser")
def test_each_is_found():
    check_each_is_found(FIND, BREAKS)


def test_every_invariant_is_broken_here():
    assert set(BREAKS) == set(FIND)
