"""Rows that no act writes, put in with the guards taken away: the check of early income finds them."""

from __future__ import annotations

import pytest

from bonds.invariants.recognition import RECOGNITION_INVARIANTS
from tests.bonds.recognition.test_recognising import claimed
from tests.support.broken import check_each_is_found

pytestmark = pytest.mark.django_db(transaction=True)
FIND = {one.code: one.find_violations for one in RECOGNITION_INVARIANTS}
BREAKS = {
    "BND-54": [
        "UPDATE bonds_earlyincome SET pence = pence + 1",
        "DELETE FROM bonds_earlyincome",
        "UPDATE bonds_claimline SET state = 'rejected'",
    ],
}


@pytest.fixture
def _history(db) -> None:
    claimed(people=1)


@pytest.mark.usefixtures("_history", "_as_superuser")
def test_each_is_found():
    check_each_is_found(FIND, BREAKS)


def test_every_invariant_is_broken_here():
    assert set(BREAKS) == set(FIND)
