"""A transport for the official library that checks every request and every reply on its way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import stripe

from tests.stripe_spec.checker import Spec, SpecError


@dataclass(frozen=True)
class Exchange:
    """One request and its reply."""

    method: str
    path: str
    account: str
    idempotency_key: str
    sent: str
    status: int
    headers: Mapping[str, str]
    reply: Any


class SpecCheckedClient(stripe.HTTPClient):
    """Sends by the usual transport, and raises SpecError for what Stripe's document does not allow.

    `problems` keeps each SpecError too: the code under test may catch what is raised, the fixture looks at the end.
    """

    name = "spec-checked"

    def __init__(self, spec: Spec, *, timeout: float = 80) -> None:
        super().__init__()
        self.spec = spec
        self.exchanges: list[Exchange] = []
        self.problems: list[SpecError] = []
        self._inner = stripe.RequestsClient(timeout=timeout)
        self._are_requests_checked = True

    @contextmanager
    def wrong_requests_allowed(self) -> Iterator[None]:
        """Let wrong requests through, to see them refused; replies are checked all the same."""
        self._are_requests_checked = False
        yield
        self._are_requests_checked = True

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        parts = urlsplit(url)
        sent = post_data or parts.query if method.lower() == "post" else parts.query
        if self._are_requests_checked:
            self._note(self.spec.check_request, method, parts.path, sent or "")
        content, status, received = self._inner.request(method, url, headers, post_data)
        reply = json.loads(content)
        self._note(self.spec.check_response, method, parts.path, status, reply)
        given = headers or {}
        self.exchanges.append(
            Exchange(
                method=method.upper(),
                path=parts.path,
                account=given.get("Stripe-Account", ""),
                idempotency_key=given.get("Idempotency-Key", ""),
                sent=sent or "",
                status=status,
                headers=received,
                reply=reply,
            )
        )
        return content, status, received

    def _note(self, check: Any, *what: Any) -> None:
        try:
            check(*what)
        except SpecError as problem:
            self.problems.append(problem)
            raise

    def close(self) -> None:
        self._inner.close()
