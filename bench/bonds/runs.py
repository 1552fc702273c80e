"""One run in a process of its own: `python -m bench.bonds.runs WHAT URL COUNT`; seconds and memory as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import psycopg

from bench.bonds.made import FROM, make_investor_terms, make_terms
from bonds.arithmetic.candidates import Candidate
from bonds.arithmetic.canonical import write_canonical, write_canonical_steps
from bonds.arithmetic.engine import assess
from bonds.arithmetic.payouts import DealStanding
from bonds.arithmetic.positions import Movement, MovementKind, compute_positions
from bonds.arithmetic.standing import Standing
from bonds.arithmetic.waterfall import run_waterfall

EVENTS = "SELECT * FROM bench_event ORDER BY achieved_on, id"
MOVEMENTS = "SELECT deal, moved_on, investor, tranche, kind, amount FROM bench_movement ORDER BY deal, id"
CHUNK = 2_000
AVAILABLE = 30_000_000
NO_GROUP: frozenset[str] = frozenset()
CARE = frozenset({"care"})
MISSING = {"": ("tenancy",)}


def engine(url: str, count: int) -> Callable[[], int]:
    """Read results, work each out with its whole explanation, write the lines by COPY."""
    terms = {1: make_terms(count)}

    def run() -> int:
        standing = Standing(terms)
        with _reader(url, EVENTS) as rows, _writer(url, "bench_line") as write:
            for line in assess(terms, map(_candidate, rows), standing, version_on=lambda _on: 1):
                write((line.candidate.id, line.net, write_canonical(line).decode()))
        return count

    return run


def waterfall(url: str, count: int) -> Callable[[], int]:
    """Read each deal's movements, run its waterfall with every step, write the steps and payouts by COPY."""
    terms, on = make_investor_terms(), FROM + timedelta(days=730)

    def run() -> int:
        with _reader(url, MOVEMENTS) as rows, _writer(url, "bench_line") as write:
            for deal, movements in _by_deal(rows):
                standing = DealStanding(positions=compute_positions(terms, movements, on=on))
                result = run_waterfall(terms, standing, available_pence=AVAILABLE, on=on)
                paid = sum(payout.paid for payout in result.payouts)
                write((deal, paid, write_canonical_steps(result.steps).decode()))
        return count

    return run


def plain(url: str, count: int) -> Callable[[], int]:
    """The yardstick: read the same rows, write as many lines of the same bytes; nothing in between."""
    what = EVENTS if sys.argv[1] == "plain_engine" else MOVEMENTS
    with psycopg.connect(url) as connection:
        lines = connection.execute("SELECT id, net, line FROM bench_line ORDER BY id").fetchall()
    assert len(lines) == count, "the yardstick writes what a run has written"

    def run() -> int:
        with _reader(url, what) as rows:
            for _row in rows:
                pass
        with _writer(url, "bench_line") as write:
            for line in lines:
                write(line)
        return count

    return run


def main() -> None:
    """Run once and say what it took."""
    what, url, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    make = {"engine": engine, "waterfall": waterfall, "plain_engine": plain, "plain_waterfall": plain}[what]
    run = make(url, count)
    began = time.perf_counter()
    run()
    seconds = time.perf_counter() - began
    memory = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps({"seconds": seconds, "most_memory_mb": memory}))


class _reader:  # noqa: N801 - read as a verb
    """Rows of a query, a chunk at a time."""

    def __init__(self, url: str, query: str) -> None:
        self.connection, self.query = psycopg.connect(url), query

    def __enter__(self) -> Iterator[tuple[object, ...]]:
        cursor = self.connection.cursor(name="rows")
        cursor.itersize = CHUNK
        return iter(cursor.execute(self.query))

    def __exit__(self, *_: object) -> None:
        self.connection.close()


class _writer:  # noqa: N801 - read as a verb
    """COPY into an emptied table; committed at the end."""

    def __init__(self, url: str, table: str) -> None:
        self.connection, self.table = psycopg.connect(url), table

    def __enter__(self) -> Callable[[tuple[object, ...]], None]:
        self.connection.execute(f"TRUNCATE {self.table}")
        self.copy = self.connection.cursor().copy(f"COPY {self.table} FROM STDIN")
        return self.copy.__enter__().write_row

    def __exit__(self, *failure: object) -> None:
        self.copy.__exit__(*failure)  # type: ignore[arg-type]
        self.connection.commit()
        self.connection.close()


def _candidate(row: tuple[object, ...]) -> Candidate:
    number, metric, achieved_on, claimed_on, provider, person, group, age, started_on, clock_on, is_missing = row
    return Candidate(
        id=number,  # type: ignore[arg-type]
        metric=metric,  # type: ignore[arg-type]
        achieved_on=achieved_on,  # type: ignore[arg-type]
        claimed_on=claimed_on,  # type: ignore[arg-type]
        provider=provider,  # type: ignore[arg-type]
        person=person,  # type: ignore[arg-type]
        subgroups=CARE if group else NO_GROUP,
        age_at_start=age,  # type: ignore[arg-type]
        started_on=started_on,  # type: ignore[arg-type]
        clock_started_on=clock_on,  # type: ignore[arg-type]
        evidence=MISSING if is_missing else {},
    )


def _by_deal(rows: Iterator[tuple[object, ...]]) -> Iterator[tuple[int, list[Movement]]]:
    deal, movements = 0, list[Movement]()
    for number, on, investor, tranche, kind, amount in rows:
        if number != deal and movements:
            yield deal, movements
            movements = []
        deal = int(str(number))
        assert isinstance(on, date), "a day is a day"
        movements.append(
            Movement(
                on=on, investor=str(investor), tranche=str(tranche), kind=MovementKind(kind), amount=int(str(amount))
            )
        )
    if movements:
        yield deal, movements


if __name__ == "__main__":
    main()
