"""Rows that no act writes, put in with the guards taken away: the check of posted calls finds them."""

from __future__ import annotations

import pytest

from bonds.invariants.notices import NOTICE_INVARIANTS
from tests.bonds.investor_books.support import approve, ask_receipt, call
from tests.bonds.investor_notices.test_posting import BIG, posting_deal
from tests.support.broken import check_each_is_found

pytestmark = pytest.mark.django_db(transaction=True)
FIND = {one.code: one.find_violations for one in NOTICE_INVARIANTS}
AWAITED = "(SELECT id FROM ledger_account WHERE code = '1150')"
BREAKS = {
    "BND-80": [
        f"UPDATE ledger_balance SET debits = debits + 1 WHERE owner <> '' AND account_id IN {AWAITED}",
        "UPDATE bonds_noticeposting SET pence = pence - 1",
        "DELETE FROM bonds_drawdown",
    ],
}


@pytest.fixture
def _history(db) -> None:
    world = posting_deal()
    approve(ask_receipt(world, call(world, 110_000)[BIG], 45_000))


@pytest.mark.usefixtures("_history", "_as_superuser")
def test_each_is_found():
    check_each_is_found(FIND, BREAKS)


def test_every_invariant_is_broken_here():
    assert set(BREAKS) == set(FIND)
