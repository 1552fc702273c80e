"""Part 4: reads that must not grow with history, and the same on django-hordak."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from bench.ledger.books import DAYS, FIRST, make_history
from bench.ledger.sizes import Sizes
from bench.ledger.world import World, database_exists, prepare_peer
from config.embedded.postgres import ROOT
from ledger import queries
from ledger.models import Book

ON = FIRST + timedelta(days=DAYS - 40)
CODE = "80007"
PAGE = 100


def measure(world: World, peers: Path | None, sizes: Sizes, tell: Callable[[str], None]) -> dict[str, Any]:
    """Time each read on each history, in turns."""
    books, loading = {}, {}
    for movements in sizes.histories:
        tell(f"  a history of {movements:,} movements")
        began = time.perf_counter()
        books[movements] = make_history(f"history-{movements}", movements)
        loading[str(movements)] = round(time.perf_counter() - began, 1)
    _vacuum(world)
    times: dict[str, dict[int, list[float]]] = {
        name: {movements: [] for movements in books} for name in ("balance", "statement", "trial_balance")
    }
    for _ in range(sizes.reads):
        for movements, book in books.items():
            for name, act in _reads(book).items():
                began = time.perf_counter()
                act()
                times[name][movements].append(time.perf_counter() - began)
    found: dict[str, Any] = {
        "reads": sizes.reads,
        "loading_seconds_with_months_closed_and_sealed": loading,
        "ms": {name: {str(size): _ms(some) for size, some in by.items()} for name, by in times.items()},
        "largest_to_smallest": {
            name: round(median(by[max(by)]) / median(by[min(by)]), 2) for name, by in times.items()
        },
    }
    if peers is not None:
        found["hordak"] = _read_hordak(world, peers, sizes, tell)
        size = str(max(sizes.peer_histories))
        if size in found["ms"]["balance"]:
            found["hordak"][f"hordak_to_ours_at_{size}"] = {
                name: round(found["hordak"]["ms"][size][name] / found["ms"][name][size], 1) for name in times
            }
    return found


def _reads(book: Book) -> dict[str, Callable[[], object]]:
    return {
        "balance": lambda: queries.account_balance(book=book, code=CODE, on=ON),
        "statement": lambda: queries.movements(book=book, code=CODE, from_on=ON, limit=PAGE),
        "trial_balance": lambda: queries.trial_balance(book=book, on=ON),
    }


def _read_hordak(world: World, peers: Path, sizes: Sizes, tell: Callable[[str], None]) -> dict[str, Any]:
    seconds = {}
    if not database_exists(world, "hordak"):
        prepare_peer(world, peers, "hordak")
    for movements in sizes.peer_histories:
        tell(f"  django-hordak with {movements:,} movements")
        done = subprocess.run(
            [str(peers), "-m", "bench.ledger.peers.hordak", world.peer_url("hordak"), "read", str(movements)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        seconds[movements] = json.loads(done.stdout)
    few, many = seconds[min(seconds)], seconds[max(seconds)]
    return {
        "ms": {str(size): {name: round(one * 1000, 2) for name, one in by.items()} for size, by in seconds.items()},
        "largest_to_smallest": {name: round(many[name] / few[name], 2) for name in many},
    }


def _vacuum(world: World) -> None:
    with psycopg.connect(world.superuser_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _ms(seconds: list[float]) -> float:
    return round(median(seconds) * 1000, 2)
