"""Rows that no act writes, put in with the guards taken away: the check of plans and of settled invoices finds them."""

from __future__ import annotations

import pytest

from bonds import operations
from bonds.arithmetic.plans import Expected
from bonds.invariants.plans import PLAN_INVARIANTS
from tests.bonds.overview.story import at, tell
from tests.factories.bonds import HOLDER
from tests.support.broken import check_each_is_found

pytestmark = pytest.mark.django_db(transaction=True)
FIND = {one.code: one.find_violations for one in PLAN_INVARIANTS}
NEWEST = "(SELECT id FROM bonds_paymentplan WHERE number = 1)"
ACTUAL = f"(SELECT id FROM bonds_planrow WHERE plan_id = {NEWEST} AND is_actual)"
BREAKS = {
    "BND-71": [
        "UPDATE bonds_paymentplan SET number = 2 WHERE number = 1",
        "DELETE FROM bonds_paymentplan WHERE number = 0",
        "UPDATE bonds_paymentplan SET locked_until_on = '2025-04-01' WHERE number = 1",
        "UPDATE bonds_paymentplan SET made_at = '2025-04-01T09:00:00Z' WHERE number = 1",
    ],
    "BND-72": [
        f"UPDATE bonds_planrow SET is_actual = false WHERE id IN {ACTUAL}",
        "UPDATE bonds_planrow SET is_actual = true WHERE NOT is_actual",
        "UPDATE bonds_planpart SET pence = pence + 1",
        "DELETE FROM bonds_planpart",
    ],
    "BND-73": [
        f"UPDATE bonds_planrow SET count = count + 1 WHERE id IN {ACTUAL}",
        f"UPDATE bonds_planrow SET pence = pence - 1 WHERE id IN {ACTUAL}",
        f"DELETE FROM bonds_planrow WHERE id IN {ACTUAL}",
        f"DELETE FROM bonds_planpart WHERE row_id IN {ACTUAL}",
        "DELETE FROM bonds_planrow WHERE is_actual AND plan_id = (SELECT id FROM bonds_paymentplan WHERE number = 0)",
    ],
    "BND-74": [
        "UPDATE bonds_invoice SET settled_pence = settled_pence - 1 WHERE settled_pence > 0 AND state = 'issued'",
        "DELETE FROM bonds_invoice WHERE credits_id IS NOT NULL",
        "UPDATE payments_recordedmoney SET amount_pence = amount_pence - 1",
        "UPDATE payments_recordedmoney SET subject = 'oin_other'",
        "UPDATE payments_recordedmoney SET reverses_id = id WHERE reverses_id IS NULL",
    ],
}


@pytest.fixture
def _history(db) -> None:
    """Receipts, a credit note for a line on an invoice that is open, and two plans over the quarter of all that."""
    contract = tell().world.contract
    for number in (0, 1):
        operations.make_plan(
            contract=contract,
            number=number,
            expected=[Expected(4, "moved_in", 1)],
            actor=HOLDER,
            at=at(10, 20 + number),
        )


@pytest.mark.usefixtures("_history", "_as_superuser")
def test_each_is_found():
    check_each_is_found(FIND, BREAKS)


def test_every_invariant_is_broken_here():
    assert set(BREAKS) == set(FIND)
