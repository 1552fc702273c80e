"""Rows that no act writes, put in with the guards taken away: the check of each invariant of investors finds them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from bonds.investor_invariants import INVESTOR_INVARIANTS
from config.embedded.postgres import SUPERUSER
from tests.bonds.investor_books.support import draw, make_deal

pytestmark = pytest.mark.django_db(transaction=True)
FIND = {one.code: one.find_violations for one in INVESTOR_INVARIANTS}
LOAN = "(SELECT id FROM ledger_account WHERE code = '{}')"
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
    ],
}


@pytest.fixture
def _as_superuser() -> Iterator[None]:
    """Whoever owns the server has no guard before them; what they do here is rolled back."""
    settings, kept = connection.settings_dict, dict(connection.settings_dict)
    connection.close()
    settings["USER"] = SUPERUSER
    yield
    connection.close()
    settings.update(kept)


@pytest.fixture
def _history(db) -> None:
    """A deal of which a fifth was called and paid in."""
    draw(make_deal(), 110_000)


@pytest.mark.usefixtures("_history", "_as_superuser")
def test_each_is_found():
    for code, many in BREAKS.items():
        for sql in many:
            assert list(FIND[code]()) == []
            assert _break(code, sql) != [], f"{code}: {sql}"


def _break(code: str, sql: str) -> list[str]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(sql)
        found = list(FIND[code]())
        transaction.set_rollback(True)
    return found


def test_every_invariant_is_broken_here():
    assert set(BREAKS) == set(FIND)
