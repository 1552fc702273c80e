"""Rows that no act writes, put in with the guards taken away: the check of each invariant of endings finds them."""

from __future__ import annotations

import pytest

from bonds.invariants.investor_endings import ENDING_INVARIANTS
from bonds.queries.guarantees import list_guarantees
from tests.bonds.investor_books.support import approve
from tests.bonds.investor_endings.support import ask_guarantee, deal, end
from tests.support.broken import check_each_is_found

pytestmark = pytest.mark.django_db(transaction=True)
FIND = {one.code: one.find_violations for one in ENDING_INVARIANTS}
BREAKS = {
    "BND-64": [
        "UPDATE bonds_guaranteecall SET pence = 8999",
        "UPDATE bonds_guaranteemoney SET pence = pence + 9000 WHERE NOT is_receipt",
        "INSERT INTO bonds_runwithdrawal (public_id, run_id, reason, by, at) "
        "SELECT 'wfw_x', id, 'x', 'x', now() FROM bonds_waterfallrun",
    ],
    "BND-65": [
        "UPDATE bonds_guaranteemoney SET pence = pence - 1",
        "DELETE FROM bonds_guaranteemoney WHERE NOT is_receipt",
        "UPDATE bonds_guaranteemoney SET record = 'rec_other' WHERE is_receipt",
    ],
    "BND-66": [
        "UPDATE ledger_balance SET credits = credits - 1 "
        "WHERE account_id IN (SELECT id FROM ledger_account WHERE code = '2110')",
        "DELETE FROM bonds_guaranteemoney WHERE NOT is_receipt",
    ],
    "BND-67": [
        "UPDATE bonds_commitmentchange SET pence = pence - 1 WHERE id = (SELECT min(id) FROM bonds_commitmentchange)",
        "UPDATE bonds_guaranteecall SET pence = pence - 1",
        "DELETE FROM bonds_guaranteecall",
        "UPDATE bonds_waterfallrun SET number = 2; INSERT INTO bonds_waterfallrun (public_id, contract_id, number, "
        "version_id, round_id, run_on, cash_pence, promised_pence, available_pence, released_pence, set_aside_pence, "
        "distributed_pence, topped_up_pence, kept_pence, monthly_cost_pence, kind, reason, steps, made_by, made_at) "
        "SELECT 'wfr_x', contract_id, 3, version_id, round_id, run_on, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'regular', '', "
        "'[]', 'x', now() FROM bonds_waterfallrun",
    ],
}


@pytest.fixture
def _history(db) -> None:
    """A deal that was wound up; its guarantor paid a part, of which a part went on."""
    world = deal(80_000)
    end(world)
    [owed] = list_guarantees(world.contract)
    approve(ask_guarantee(owed.call, 9_000, is_receipt=True))
    approve(ask_guarantee(owed.call, 4_000, is_receipt=False))


@pytest.mark.usefixtures("_history", "_as_superuser")
def test_each_is_found():
    check_each_is_found(FIND, BREAKS)


def test_every_invariant_is_broken_here():
    assert set(BREAKS) == set(FIND)
