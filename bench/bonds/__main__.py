"""`python -m bench.bonds`: the engine and the waterfall; progress on stderr, one JSON object as the last line.

Usage: python -m bench.bonds [--tiny] [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

import psycopg

from bench.bonds.made import make_movements, make_rows

TABLES = """
    DROP TABLE IF EXISTS bench_event, bench_movement, bench_line;
    CREATE TABLE bench_event (
        id bigint PRIMARY KEY, metric text NOT NULL, achieved_on date NOT NULL, claimed_on date NOT NULL,
        provider text NOT NULL, person text NOT NULL, subgroup text NOT NULL, age smallint NOT NULL,
        started_on date NOT NULL, clock_on date NOT NULL, is_missing boolean NOT NULL);
    CREATE TABLE bench_movement (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, deal bigint NOT NULL, moved_on date NOT NULL,
        investor text NOT NULL, tranche text NOT NULL, kind text NOT NULL, amount bigint NOT NULL);
    CREATE TABLE bench_line (id bigint PRIMARY KEY, net bigint NOT NULL, line text NOT NULL);
"""


def main() -> int:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m bench.bonds", description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="see that every part works; the figures mean nothing")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    from bench.machine import describe_machine  # noqa: PLC0415 - asks for the settings

    with _server() as url:
        figures: dict[str, Any] = {"machine": describe_machine()}
        results, deals = (200, 20) if asked.tiny else (100_000, 1_000)
        figures["engine"] = _measure(url, "engine", results, asked.rounds)
        figures["waterfall"] = _measure(url, "waterfall", deals, asked.rounds)
        for part in ("ours", "plain"):
            figures[f"{part}_seconds"] = round(figures["engine"][part] + figures["waterfall"][part], 3)
        figures["to_plain_time"] = round(figures["ours_seconds"] / figures["plain_seconds"], 2)
    figures["machine"]["load_after"] = round(os.getloadavg()[0], 1)
    print(json.dumps(figures), flush=True)
    return 0


def _measure(url: str, what: str, count: int, rounds: int) -> dict[str, Any]:
    """Run ours and the yardstick in turns, and ours with a tenth as much for its memory."""
    _fill(url, what, count // 10)
    small = _run(what, url, count // 10)
    _fill(url, what, count)
    ours, plain, memory = [], [], []
    for number in range(rounds):
        mine = _run(what, url, count)
        bare = _run(f"plain_{what}", url, count)
        ours.append(mine["seconds"])
        plain.append(bare["seconds"])
        memory.append(mine["most_memory_mb"])
        _tell(f"{what} {number + 1}: ours {ours[-1]:.2f} s, the rows alone {plain[-1]:.2f} s, {memory[-1]} MB")
    return {
        "count": count,
        "ours": round(median(ours), 3),
        "plain": round(median(plain), 3),
        "to_plain_time": round(median(one / other for one, other in zip(ours, plain, strict=True)), 2),
        "microseconds_each": round(median(ours) / count * 1e6, 1),
        "most_memory_mb": max(memory),
        "most_memory_mb_at_a_tenth": small["most_memory_mb"],
    }


def _fill(url: str, what: str, count: int) -> None:
    began = time.monotonic()
    with psycopg.connect(url) as connection:
        connection.execute(TABLES)
        if what == "engine":
            with connection.cursor().copy("COPY bench_event FROM STDIN") as copy:
                for row in make_rows(count):
                    copy.write_row(row)
        else:
            columns = "deal, moved_on, investor, tranche, kind, amount"
            with connection.cursor().copy(f"COPY bench_movement ({columns}) FROM STDIN") as copy:
                for deal in range(1, count + 1):
                    for one in make_movements(deal):
                        copy.write_row((deal, one.on, one.investor, one.tranche, one.kind.value, one.amount))
    _tell(f"{what}: {count} made in {time.monotonic() - began:.1f} s")


def _run(what: str, url: str, count: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.bonds.runs", what, url, str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@contextmanager
def _server() -> Iterator[str]:
    """An embedded server of its own, as in the benchmark of the ledger, with one empty database."""
    os.environ.setdefault("COMMONWEAL_ENV", "test")
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    from bench.ledger.world import surroundings  # noqa: PLC0415 - reads the settings above

    with surroundings() as world:
        yield world.superuser_url


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
