"""Runs the measurements and gathers their figures."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import django

django.setup()

from bench import certificates, offer_page, purchase, yardsticks  # noqa: E402 - they need the settings
from bench.machine import describe_machine  # noqa: E402
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
