"""Rows that no act writes, put in with the guards taken away: the checks of PAY-9, PAY-10 and PAY-11 find each."""

import pytest

from payments.invariants import INVARIANTS
from tests.payments.recorded.support import approve, pay, receive, reverse
from tests.support.broken import break_and_find

pytestmark = pytest.mark.django_db(transaction=True)
FIND = {one.code: one.find_violations for one in INVARIANTS}
ALONE = "ALTER TABLE foundation_approvaldecision DROP CONSTRAINT foundation_decision_second_person;"
BREAKS = {
    "PAY-9": [
        "UPDATE payments_recordedmoney SET amount_pence = amount_pence + 1",
        "UPDATE payments_recordedmoney SET account = '1210'",
        "UPDATE payments_recordedmoney SET moved_on = '2026-01-04'",
        "UPDATE payments_recordedmoney SET direction = CASE direction WHEN 'in' THEN 'out' ELSE 'in' END",
        "UPDATE payments_recordedline SET amount_pence = 1",
        "UPDATE payments_recordedline SET fund = 'roof'",
        "DELETE FROM payments_recordedline",
        "UPDATE ledger_entry SET key = 'x' || id WHERE key LIKE 'recorded:%'",
    ],
    "PAY-10": [
        "UPDATE payments_recordedmoney SET state = 'refused', entry_id = NULL WHERE state = 'approved'",
        "UPDATE ledger_entry SET key = 'recorded:rec_x' WHERE kind = 'donation'",
    ],
    "PAY-11": [
        f"{ALONE} UPDATE foundation_approvaldecision SET decided_by = requested_by",
        "UPDATE foundation_approvaldecision SET digest = repeat('0', 64)",
        "DELETE FROM foundation_approvaldecision",
        """
        UPDATE foundation_approval SET requested_by_user =
            (SELECT id FROM people_user WHERE email = 'dora@example.org')
        """,
    ],
}


@pytest.fixture
def _history(desk) -> None:
    """A receipt and a payment in the books, a reversal, and one that waits."""
    approve(desk, receive(desk))
    approve(desk, reverse(desk, approve(desk, pay(desk))))
    receive(desk)


@pytest.mark.usefixtures("_history", "_as_superuser")
@pytest.mark.parametrize(("code", "sql"), [(code, sql) for code, many in BREAKS.items() for sql in many])
def test_it_is_found(code, sql):
    assert list(FIND[code]()) == []

    assert break_and_find(FIND[code], sql) != []
    assert list(FIND[code]()) == []
