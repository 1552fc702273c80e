"""Starts contenders and lets them race in turns, so that a busy moment of the machine meets all of them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Protocol

from bench.ledger.world import World, program
from config.embedded.postgres import ROOT


class Contender(Protocol):
    """Something that can be raced."""

    def race(self, *, clients: int, seconds: float, **variant: Any) -> float:
        """Give the rate, in movements a second."""


class Hosted:
    """A contender in a process of its own that forks its clients (bench/ledger/host.py)."""

    def __init__(self, python: str, arguments: list[str], *, most: int | None = None) -> None:
        self.most = most
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            [python, "-m", *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._answer()

    def race(self, *, clients: int, seconds: float, **variant: Any) -> float:
        """Give the rate, in movements a second."""
        order = {"clients": clients, "seconds": seconds, **variant}
        if self.most:
            order["most"] = max(1, self.most // clients)
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return float(self._answer()["per_second"])

    def stop(self) -> None:
        """Let it end by itself: its orders are over."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args}: it ended")
        return json.loads(line)


class Pgbench:
    """A script for pgbench: the same SQL without Python."""

    def __init__(self, world: World, script: str, variables: dict[str, int]) -> None:
        self.world = world
        self.variables = variables
        self.script = Path(tempfile.mkstemp(suffix=".sql")[1])
        self.script.write_text(script)

    def race(self, *, clients: int, seconds: float, **_variant: Any) -> float:
        """Give the rate, in transactions a second."""
        defined = [f"-D{name}={value}" for name, value in self.variables.items()]
        done = subprocess.run(
            [
                *(program("pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 2))),
                *("-T", str(max(1, round(seconds))), "-f", str(self.script), *defined, self.world.url),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        found = re.search(r"tps = ([\d.]+)", done.stdout)
        if found is None:
            raise RuntimeError(done.stdout)
        return float(found[1])

    def stop(self) -> None:
        """Delete the script."""
        self.script.unlink(missing_ok=True)


@contextmanager
def running(contenders: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Stop all contenders at the end."""
    try:
        yield contenders
    finally:
        for one in contenders.values():
            one.stop()


def ours() -> Hosted:
    """The public API."""
    return Hosted(sys.executable, ["bench.ledger.contenders", "ours"])


def in_turns(contenders: dict[str, Any], *, rounds: int, **order: Any) -> dict[str, float]:
    """Race everybody so many times, one after the other, and give each one's median rate."""
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, one in contenders.items():
            rates[name].append(one.race(**order))
    return {name: round(median(found), 1) for name, found in rates.items()}


def ratios(rates: dict[str, float], of: str) -> dict[str, float]:
    """How one contender's rate compares with each other's."""
    return {f"{of}_to_{name}": round(rates[of] / rate, 2) for name, rate in rates.items() if name != of}
