"""The page of invariants is current, what it names exists, and each invariant is broken by a test."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from foundation.registries import INVARIANTS
from scripts.write_invariants import PAGE, ROOT, render

ALL = [one for _, invariants in INVARIANTS.items() for one in invariants]
CATALOGUE = """
    SELECT conname FROM pg_constraint UNION SELECT tgname FROM pg_trigger
    UNION SELECT relname FROM pg_class WHERE relkind = 'i' UNION SELECT proname FROM pg_proc
"""


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == render(INVARIANTS.items()), "run scripts/write_invariants.py"


@pytest.mark.django_db
def test_what_enforces_an_invariant_is_in_the_database():
    with connection.cursor() as cursor:
        cursor.execute(CATALOGUE)
        catalogue = {name for (name,) in cursor.fetchall()}
    named = {name for one in ALL for name in one.enforced_by if not name.startswith("lock: ")}

    assert named - catalogue == {"audit only"}


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.code)
def test_a_test_breaks_it(one):
    assert one.enforced_by
    named = re.compile(rf"\b{one.code}\b|test_{one.code.lower().replace('-', '_')}_")
    files = [path for path in ROOT.glob("tests/**/test_*.py") if named.search(path.read_text(encoding="utf-8"))]
    assert files, f"no test names {one.code}"
