"""What figures were measured on, and how busy it was."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from statistics import median
from typing import Any

from foundation.clock import now


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
