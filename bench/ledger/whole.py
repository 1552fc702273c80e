"""Part 5: a whole book verified and written out: time against COPY TO, and the most memory that it took."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from bench.ledger.sizes import Sizes
from bench.ledger.world import World
from config.embedded.postgres import ROOT
from ledger.queries import get_book_by_slug

LARGEST = 1_000_000


def measure(world: World, folder: Path, sizes: Sizes, tell: Callable[[str], None]) -> dict[str, Any]:
    """Run the commands of operators on the longest history up to a million movements."""
    movements = max(size for size in sizes.histories if size <= LARGEST)
    slug = f"history-{movements}"
    copied = _copy_out(world, get_book_by_slug(slug=slug).pk, folder / "copy")
    commands = {
        "verify": ("ledger_verify", "--book", slug, "--json"),
        "log": ("ledger_log", "--book", slug, "--out", str(folder / "log")),
        "plain_text": ("ledger_export", "--book", slug, "--format", "plaintext", "--out", str(folder / "journal")),
        "csv": ("ledger_export", "--book", slug, "--format", "csv", "--out", str(folder / "csv")),
    }
    found: dict[str, Any] = {"movements": movements, "copy_to_seconds": round(copied, 1)}
    for name in sizes.whole:
        command = commands[name]
        seconds, megabytes = _run(command)
        tell(f"  {name}: {seconds:.0f} s, {megabytes} MB")
        found[name] = {
            "seconds": round(seconds, 1),
            "to_copy_time": round(seconds / copied, 1),
            "most_memory_mb": megabytes,
        }
    return found


def _run(command: tuple[str, ...]) -> tuple[float, int]:
    """Give seconds and peak resident memory, the interpreter and Django included."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.DEVNULL,
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command}: exit {process.returncode}")
    return time.perf_counter() - began, round(usage.ru_maxrss / 1024)


def _copy_out(world: World, book: int, folder: Path) -> float:
    """How long PostgreSQL takes to write the same rows to files."""
    folder.mkdir()
    began = time.perf_counter()
    with psycopg.connect(world.superuser_url) as connection:
        for table in ("entry", "narration", "transfer", "seal"):
            source = f"SELECT t.* FROM ledger_{table} t WHERE book_id = {book}"
            if table == "narration":
                join = f"JOIN ledger_entry e ON e.id = entry_id WHERE book_id = {book}"
                source = f"SELECT t.* FROM ledger_narration t {join}"
            with (
                (folder / table).open("wb") as file,
                connection.cursor().copy(f"COPY ({source}) TO STDOUT") as out,
            ):
                for block in out:
                    file.write(block)
    return time.perf_counter() - began
