"""Rows that no act writes, put in with the guards taken away: the check of TRE-1, TRE-2 and TRE-3 finds each."""

import pytest

from tests.support.broken import break_and_find
from tests.treasury.journals.support import amounting, approve, change, submit, write
from treasury.invariants import INVARIANTS

pytestmark = pytest.mark.django_db(transaction=True)
FIND = {one.code: one.find_violations for one in INVARIANTS}
BREAKS = {
    "TRE-1": [
        "UPDATE treasury_manualjournalline SET debit_pence = 1 WHERE debit_pence IS NOT NULL",
        "UPDATE treasury_manualjournalline SET owner = 'sup_x'",
        "UPDATE treasury_manualjournalline SET fund = 'roof'",
        "UPDATE treasury_manualjournal SET effective_on = '2026-01-06' WHERE state = 'posted'",
    ],
    "TRE-2": [
        """
        UPDATE foundation_approvaldecision SET decided_by =
            (SELECT 'user:' || public_id FROM people_user WHERE email = 'tom@example.org')
        """,
        "UPDATE foundation_approvaldecision SET digest = repeat('0', 64)",
        "DELETE FROM foundation_approvaldecision",
    ],
    "TRE-3": ["UPDATE foundation_approval SET state = 'void' WHERE state = 'requested'"],
}


@pytest.fixture
def _history(desk) -> None:
    """One journal posted alone, one that two wrote and a third approved, and one that waits."""
    submit(desk, write(desk))
    journal = write(desk, *amounting("250"))
    change(desk, journal, *amounting("260"), who="second")
    approve(desk, submit(desk, journal))
    submit(desk, write(desk, *amounting("270")))


@pytest.mark.usefixtures("_history", "_as_superuser")
@pytest.mark.parametrize(("code", "sql"), [(code, sql) for code, many in BREAKS.items() for sql in many])
def test_it_is_found(code, sql):
    assert list(FIND[code]()) == []

    assert break_and_find(FIND[code], sql) != []
    assert list(FIND[code]()) == []
