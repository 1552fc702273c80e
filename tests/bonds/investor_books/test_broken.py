"""Rows that no act writes, put in with the guards taken away: the check of each invariant of investors finds them."""

from __future__ import annotations

import pytest

from bonds.invariants.investors import INVESTOR_INVARIANTS
from tests.bonds.investor_books.support import approve, ask_payment, draw, make_deal, run, spend
from tests.support.broken import check_each_is_found

pytestmark = pytest.mark.django_db(transaction=True)
FIND = {one.code: one.find_violations for one in INVESTOR_INVARIANTS}
LOAN = "(SELECT id FROM ledger_account WHERE code = '{}')"
ADDS_UP = "ALTER TABLE bonds_waterfallrun DROP CONSTRAINT bonds_waterfall_adds_up;"
BREAKS = {
    "BND-21": [
        "UPDATE bonds_capitalcall SET pence = pence + 1",
        "DELETE FROM bonds_drawdown; DELETE FROM bonds_callpart WHERE pence = 10000",
        "UPDATE bonds_drawdown SET pence = pence + 1",
    ],
    "BND-22": [
        "UPDATE ledger_balance SET debits = debits + 1 WHERE owner <> '' AND account_id IN " + LOAN.format("9100"),
        "UPDATE bonds_drawdown SET pence = pence - 1",
    ],
    "BND-23": [
        "UPDATE ledger_balance SET credits = credits + 1 WHERE owner <> '' AND account_id IN " + LOAN.format("2300"),
        "UPDATE bonds_drawdown SET pence = pence - 1",
    ],
    "BND-24": [
        "UPDATE bonds_drawdown SET pence = pence - 1",
        "DELETE FROM bonds_drawdown WHERE pence = 10000",
        "UPDATE bonds_drawdown SET record = 'rec_other' WHERE pence = 10000",
        "UPDATE bonds_distributionpayment SET pence = pence - 1",
    ],
    "BND-25": [
        "UPDATE bonds_distribution SET pence = pence + 1",
        f"{ADDS_UP} UPDATE bonds_waterfallrun SET kept_pence = kept_pence + 1",
        "UPDATE bonds_waterfallrun SET steps = jsonb_set(steps, '{4,facts,unpaid}', '1')",
    ],
    "BND-26": [
        "UPDATE bonds_distribution SET pence = pence - 1 WHERE place = 1",
        "INSERT INTO bonds_runwithdrawal (public_id, run_id, reason, by, at) "
        "SELECT 'wfw_x', id, 'x', 'x', now() FROM bonds_waterfallrun",
    ],
    "BND-27": [
        "UPDATE ledger_balance SET credits = credits + 1 WHERE owner <> '' AND account_id IN " + LOAN.format("2320"),
        "DELETE FROM bonds_interestaccrual",
        "DELETE FROM bonds_distributionpayment",
    ],
}


@pytest.fixture
def _history(db) -> None:
    """A deal of which a fifth was called and paid in; what came back was shared out and one lender was paid."""
    world = make_deal()
    draw(world, 110_000)
    spend(world, 70_000)
    due = run(world).distributions.select_related("run__contract", "run__round", "party__organisation")[0]
    approve(ask_payment(due))


@pytest.mark.usefixtures("_history", "_as_superuser")
def test_each_is_found():
    check_each_is_found(FIND, BREAKS)


def test_every_invariant_is_broken_here():
    assert set(BREAKS) == set(FIND)
