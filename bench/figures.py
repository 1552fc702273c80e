"""Runs the measurements and gathers their figures."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import django

django.setup()

from bench import certificates, offer_page, purchase, yardsticks  # noqa: E402 - they need the settings
from foundation.clock import now  # noqa: E402
from tests.soak.servers import Servers  # noqa: E402

MEASUREMENTS = {"purchase": purchase, "certificates": certificates, "offer_page": offer_page}


def tell(words: str) -> None:
    """Report progress."""
    print(words, file=sys.stderr, flush=True)


def measure(names: list[str], folder: Path) -> dict[str, Any]:
    """Measure; each part says what its figures are in."""
    figures: dict[str, Any] = {"machine": describe_machine()}
    yardsticks.make_table(os.environ["DATABASE_OWNER_URL"])
    servers = Servers(folder, settings="bench.settings", database=os.environ["DATABASE_URL"])
    servers.broker_url = os.environ["BROKER_URL"]
    try:
        servers.start_standin()
        for name in names:
            tell(f"{name} …")
            began = time.monotonic()
            figures[name] = MEASUREMENTS[name].measure(servers, tell)
            figures[name]["took_seconds"] = round(time.monotonic() - began)
    finally:
        servers.stop()
    figures["machine"]["load_after"] = round(os.getloadavg()[0], 1)
    return figures


def describe_machine() -> dict[str, Any]:
    """Say what the figures were measured on."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "measured_on": now().date().isoformat(),
        "load_before": round(os.getloadavg()[0], 1),
        "clock_resolution_ns": round(time.get_clock_info("perf_counter").resolution * 1e9),
        "calibration_ms": round(median(_spin() for _ in range(5)) * 1000, 1),
        "two_loops_to_one": _measure_second_core(),
    }


def _measure_second_core() -> float:
    """How much more two processes get done here than one, in plain Python; 2 where two cores share nothing."""
    loop = "import time; end = time.perf_counter() + 1.5; n = 0\nwhile time.perf_counter() < end: n += 1\nprint(n)"

    def run(processes: int) -> int:
        loops = [
            subprocess.Popen([sys.executable, "-c", loop], stdout=subprocess.PIPE, text=True) for _ in range(processes)
        ]
        return sum(int(one.communicate(timeout=30)[0]) for one in loops)

    alone = run(1)
    return round(run(2) / alone, 2)


def _spin() -> float:
    """How long this machine, as busy as it is, takes for a fixed piece of plain Python."""
    began = time.perf_counter()
    sum(number * number for number in range(300_000))
    return time.perf_counter() - began
