"""The purchase path, from each POST to its redirect, beside a bare Django view that writes one row."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import requests
from django.conf import settings

from bench import world
from foundation.clock import now
from shares.models import ConsentWording
from tests.soak.servers import Servers

WARM_UPS = 4
PURCHASES = 15
ROWS_EACH = 8
CSRF = "a" * 32
DETAILS = {
    "full_name": "Ada Okafor",
    "date_of_birth": "1980-02-29",
    "address_line_1": "3 Mill Lane",
    "town": "Ashcombe",
    "postcode": "EX7 0QD",
    "country": "GB",
    "email_for_notices": "ada@example.org",
    "email_purposes": ["notices"],
}
STEPS = ("start", "amount", "details", "consents", "review", "pay")


def measure(servers: Servers, tell: Callable[[str], None]) -> dict[str, Any]:
    """Buy shares many times over HTTP: queries from one purchase, times from the others."""
    offer = world.make_offer(servers, paid=20)
    sessions = [world.make_session() for _ in range(WARM_UPS + 1 + PURCHASES)]
    servers.start_web("bench.wsgi:application", processes=1)
    try:
        tell(f"  {len(sessions)} purchases")
        for session in sessions[:WARM_UPS]:
            Purchase(servers.address, session).buy(offer.slug)
        counted = Purchase(servers.address, sessions[WARM_UPS], is_counted=True).buy(offer.slug)
        bought, rows = [], []
        for session in sessions[WARM_UPS + 1 :]:
            buyer = Purchase(servers.address, session)
            rows += [buyer.write_row() for _ in range(ROWS_EACH)]
            bought.append(buyer.buy(offer.slug))
    finally:
        servers.stop_web()
    return _figures(counted, bought, median(rows))


def _figures(
    counted: dict[str, dict[str, float]], bought: list[dict[str, dict[str, float]]], row: float
) -> dict[str, Any]:
    seconds = {step: median(one[step]["seconds"] for one in bought) for step in STEPS}
    provider = {step: median(one[step]["provider"] for one in bought) for step in STEPS}
    without = sum(seconds.values()) - sum(provider.values())
    return {
        "yardstick": "a bare Django view, without middleware, that writes one row and redirects; same server, same run",
        "purchases": len(bought),
        "row_ms": _ms(row),
        "queries": {step: int(counted[step]["queries"]) for step in STEPS},
        "round_trips_with_begin_commit_savepoint": {step: int(counted[step]["round_trips"]) for step in STEPS},
        "ms": {step: _ms(seconds[step]) for step in STEPS},
        "ratio": {step: round(seconds[step] / row, 1) for step in STEPS},
        "pay_without_provider_ratio": round((seconds["pay"] - provider["pay"]) / row, 1),
        "provider_ms": _ms(provider["pay"]),
        "whole_path_ratio": round(sum(seconds.values()) / row, 1),
        "whole_path_without_provider_ratio": round(without / row, 1),
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


class Purchase:
    """One resident who buys shares on one connection."""

    def __init__(self, address: str, session: str, *, is_counted: bool = False) -> None:
        self.address = address
        self.browser = requests.Session()
        self.browser.trust_env = False
        self.browser.cookies.set(settings.SESSION_COOKIE_NAME, session)
        self.browser.cookies.set(settings.CSRF_COOKIE_NAME, CSRF)
        if is_counted:
            self.browser.headers["X-Bench-Count"] = "yes"

    def buy(self, slug: str) -> dict[str, dict[str, float]]:
        """Take every step; tell what each cost."""
        ticks = {f"wording_{row.pk}": "on" for row in ConsentWording.objects.in_force(now().date())}
        start, answer = self._post(f"/offers/{slug}/apply/")
        path = answer.headers["Location"].removesuffix("amount/")
        return {
            "start": start,
            "amount": self._post(f"{path}amount/", amount="100")[0],
            "details": self._post(f"{path}details/", **DETAILS)[0],
            "consents": self._post(f"{path}consents/", **ticks)[0],
            "review": self._ask("GET", f"{path}review/", 200)[0],
            "pay": self._post(f"{path}pay/")[0],
        }

    def write_row(self) -> float:
        """How long the yardstick takes, in seconds."""
        return self._post("/bench/row/")[0]["seconds"]

    def _post(self, path: str, **facts: Any) -> tuple[dict[str, float], requests.Response]:
        return self._ask("POST", path, 303, {"csrfmiddlewaretoken": CSRF, **facts})

    def _ask(
        self, method: str, path: str, expected: int, facts: dict[str, Any] | None = None
    ) -> tuple[dict[str, float], requests.Response]:
        began = time.perf_counter()
        answer = self.browser.request(method, self.address + path, data=facts, allow_redirects=False, timeout=60)
        seconds = time.perf_counter() - began
        if answer.status_code != expected:
            raise RuntimeError(f"{method} {path}: {answer.status_code}\n{answer.text[:2000]}")
        told = answer.headers
        return {
            "seconds": seconds,
            "queries": float(told.get("X-Bench-Queries", 0)),
            "round_trips": float(told.get("X-Bench-Round-Trips", 0)),
            "provider": float(told.get("X-Bench-Provider-Seconds", 0)),
        }, answer
