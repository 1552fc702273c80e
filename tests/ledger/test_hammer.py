# ruff: noqa: T201  the long runs print their seeds
"""Several processes at once, their connections cut at random: what was answered is there once, and sums agree."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import connections

from config.embedded.postgres import APP_ROLE, ROOT, SUPERUSER
from ledger import operations, queries
from ledger.models import Entry, HoldEnd, Period, SealQueue
from tests.environment import CLUSTER
from tests.ledger.hammer import OWNERS, figures_of
from tests.ledger.support import AT, as_owner_url, pay

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]
CREW = {"post": 2, "post_several": 1, "reverse": 1, "hold": 1, "close": 1, "seal": 1, "read": 1}


def start(role: str, seed: int, times: int) -> subprocess.Popen[str]:
    """One process on the database of this test, as the application role, under a name of its own."""
    database = connections["default"].settings_dict["NAME"]
    url = f"{CLUSTER.url(APP_ROLE, database)}&application_name=hammer"
    return subprocess.Popen(
        [sys.executable, "-m", "tests.ledger.hammer", role, "pub", str(seed), str(times)],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )


def cut_now_and_then(crew: list[subprocess.Popen[str]], dice: random.Random, *, at_most: int) -> int:
    """Cut the connection of one of the crew, again and again while they work; say how many."""
    cut = 0
    with psycopg.connect(**(as_owner_url() | {"user": SUPERUSER}), autocommit=True) as server:
        while cut < at_most and any(one.poll() is None for one in crew):
            time.sleep(dice.uniform(0.05, 0.4))
            busy = server.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'hammer' AND state <> 'idle'"
            ).fetchall()
            if busy:
                server.execute("SELECT pg_terminate_backend(%s)", [dice.choice(busy)[0]])
                cut += 1
    return cut


def hammer(seed: int, *, times: int, cuts: int) -> tuple[list[dict[str, Any]], int]:
    """Let everybody work at once; give their reports, and how many connections were cut."""
    crew = [
        start(role, 100 * seed + number, times if role != "close" else max(times // 8, 4))
        for role, count in CREW.items()
        for number in range(count)
    ]
    try:
        cut = cut_now_and_then(crew, random.Random(seed), at_most=cuts)
        reports = [json.loads(one.communicate(timeout=800)[0].splitlines()[-1]) for one in crew]
    finally:
        for one in crew:
            if one.poll() is None:
                one.kill()
    return reports, cut


def check(book, reports: list[dict[str, Any]]) -> None:
    """What was answered is there once; what was closed is as it was. After the test every invariant is checked."""
    keys = Counter(Entry.objects.filter(book=book).values_list("key", flat=True))
    answered = [key for one in reports for key in one["answered"]]
    assert len(answered) == len(set(answered)) > 0
    assert set(answered) <= set(keys)
    assert set(keys.values()) == {1}
    assert sum(row.net for row in queries.trial_balance(book=book)) == 0
    by_role = {one["role"]: one for one in reports}
    assert by_role["read"]["saw"] == []
    for through, figures in by_role["close"]["saw"]:
        assert figures_of(book, date.fromisoformat(through)) == figures
    book.refresh_from_db()
    assert book.locked_through == Period.objects.latest("end_on").end_on
    while operations.seal_entries(book=book, at=AT):
        pass
    assert SealQueue.objects.count() == 0


def run(book, seed: int, *, times: int, cuts: int) -> None:
    for owner in OWNERS:
        pay(book, owner, 500)
    reports, cut = hammer(seed, times=times, cuts=cuts)
    refused = sum((Counter(one["refused"]) for one in reports), Counter())
    print(
        f"\nseed {seed}: {Entry.objects.count()} entries, {HoldEnd.objects.count()} holds ended, {cut} cut, {refused}"
    )
    check(book, reports)


def test_figures_are_right_after_everybody_worked_at_once(book):
    run(book, 1, times=40, cuts=8)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_and_after_a_long_time(book, seed):
    run(book, seed, times=400, cuts=60)
