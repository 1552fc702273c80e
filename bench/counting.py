"""Counts what a request asks of the database and how long the provider took, and tells both in the answer's headers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import stripe
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test.utils import CaptureQueriesContext

from payments.operations import stripe_gateway

# These frame a transaction; they are round trips, but they ask nothing.
FRAMES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
_spent = threading.local()


class TimedClient(stripe.RequestsClient):
    """The gateway's transport with a stop watch."""

    def request(self, *arguments: Any, **named: Any) -> Any:
        """Ask, and add the time it took to this request's."""
        began = time.perf_counter()
        try:
            return super().request(*arguments, **named)
        finally:
            _spent.seconds = getattr(_spent, "seconds", 0) + time.perf_counter() - began


def _make_timed_client() -> stripe.HTTPClient:
    return TimedClient(timeout=(stripe_gateway.CONNECT_TIMEOUT_SECONDS, stripe_gateway.READ_TIMEOUT_SECONDS))


stripe_gateway.make_http_client = _make_timed_client


class Counted:
    """Outermost middleware. It counts only where the client asks, so that a load test is not slowed by it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request, and tell what it cost."""
        _spent.seconds = 0
        if "X-Bench-Count" not in request.headers:
            response = self.get_response(request)
            response["X-Bench-Provider-Seconds"] = f"{_spent.seconds:.6f}"
            return response
        with CaptureQueriesContext(connection) as captured:
            response = self.get_response(request)
        statements = [query["sql"] for query in captured.captured_queries]
        response["X-Bench-Queries"] = str(sum(not sql.startswith(FRAMES) for sql in statements))
        response["X-Bench-Round-Trips"] = str(len(statements))
        return response
