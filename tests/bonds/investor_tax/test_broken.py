"""Rows that no act writes, put in with the guards taken away: the check of each invariant of tax finds them."""

from __future__ import annotations

import pytest

from bonds.invariants.withholding import TAX_INVARIANTS
from bonds.models import Distribution
from tests.bonds.investor_books.support import RUN_ON, approve, ask_payment, draw, earn, make_deal, run, spend
from tests.bonds.investor_tax.test_withholding import pay_tax, withhold
from tests.support.broken import check_each_is_found

pytestmark = pytest.mark.django_db(transaction=True)
FIND = {one.code: one.find_violations for one in TAX_INVARIANTS}
BREAKS = {
    "BND-68": [
        "UPDATE bonds_distributionpayment SET tax_pence = tax_pence - 1 WHERE tax_pence > 0",
        "DELETE FROM bonds_distributionpayment",
        "UPDATE bonds_taxpayment SET pence = pence - 1",
        "DELETE FROM bonds_taxpayment",
    ],
    "BND-69": ["UPDATE bonds_taxpayment SET pence = pence + 1000"],
}


@pytest.fixture
def _history(db) -> None:
    """A lender was paid interest less tax, and the tax was paid over."""
    world = make_deal()
    draw(world, 110_000)
    spend(world, 110_000)
    earn(world, 50_000)
    withhold(world)
    run(world)
    related = ("run__contract", "run__round", "party__organisation")
    due = Distribution.objects.select_related(*related).get(stage="interest", party__code="bigfund")
    approve(ask_payment(due, 3_120))
    approve(pay_tax(world, 780, on=RUN_ON))


@pytest.mark.usefixtures("_history", "_as_superuser")
def test_each_is_found():
    check_each_is_found(FIND, BREAKS)


def test_every_invariant_is_broken_here():
    assert set(BREAKS) == set(FIND)
