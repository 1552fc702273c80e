"""The offer page under load, beside static pages in the same server."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles
from typing import Any

from bench import world
from tests.soak.servers import HOST, Servers

CLIENTS = 4
REQUESTS_EACH = 30
ROUNDS = 3
WARM_UPS = 10
PAID = 30


def measure(servers: Servers, tell: Callable[[str], None]) -> dict[str, Any]:
    """Ask for each page from several clients at once, in turns; compare how many a second are answered."""
    offer = world.make_offer(servers, paid=PAID)
    pages = {"bare_static": "/bench/static/", "static_of_the_site": "/risks/", "offer": f"/offers/{offer.slug}/"}
    servers.start_web("bench.wsgi:application")
    try:
        for page in pages.values():
            _load(servers.port, page, WARM_UPS)
        tell(f"  {ROUNDS * CLIENTS * REQUESTS_EACH} requests a page, {CLIENTS} clients")
        runs: dict[str, list[tuple[float, list[float]]]] = {name: [] for name in pages}
        for _ in range(ROUNDS):
            for name, page in pages.items():
                runs[name].append(_load(servers.port, page, REQUESTS_EACH))
    finally:
        servers.stop_web()
    rates = {name: median(rate for rate, _ in found) for name, found in runs.items()}
    slowest = {name: median(quantiles(times, n=20)[-1] for _, times in found) for name, found in runs.items()}
    return {
        "yardstick": "bare: a view without middleware that fills in a three-line template; static of the site: /risks/",
        "paid_applications": PAID,
        "clients": CLIENTS,
        "requests_a_page": ROUNDS * CLIENTS * REQUESTS_EACH,
        "web_processes": 2,
        "requests_a_second": {name: round(rate, 1) for name, rate in rates.items()},
        "p95_ms": {name: round(seconds * 1000, 1) for name, seconds in slowest.items()},
        "offer_to_bare_static": round(rates["offer"] / rates["bare_static"], 3),
        "offer_to_static_of_the_site": round(rates["offer"] / rates["static_of_the_site"], 3),
    }


def _load(port: int, path: str, requests_each: int) -> tuple[float, list[float]]:
    """Answers a second, and the seconds of each answer."""
    began = time.perf_counter()
    with ThreadPoolExecutor(max_workers=CLIENTS) as pool:
        times = [one for found in pool.map(lambda _: _ask(port, path, requests_each), range(CLIENTS)) for one in found]
    return len(times) / (time.perf_counter() - began), times


def _ask(port: int, path: str, count: int) -> list[float]:
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    times = []
    for _ in range(count):
        began = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        times.append(time.perf_counter() - began)
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
    connection.close()
    return times
