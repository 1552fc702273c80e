"""Rows that no act writes, put in with the guards taken away: the check of early income finds them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from bonds.invariants.recognition import RECOGNITION_INVARIANTS
from config.embedded.postgres import SUPERUSER
from tests.bonds.recognition.test_recognising import claimed

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
    claimed(people=1)


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
