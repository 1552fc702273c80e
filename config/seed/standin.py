"""Turning the knobs of the local stand-in for Stripe while the demo's past is made."""

from __future__ import annotations

import json
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

SECONDS_TO_ANSWER = 20


class PracticeTill:
    """The stand-in's controls, over its own port."""

    def __init__(self) -> None:
        if not settings.DEMO:
            raise RuntimeError("Only the demo is seeded.")
        parts = urlsplit(settings.STRIPE_API_BASE)
        self.address = f"{parts.scheme}://{parts.netloc}"

    def turn(self, control: str, **values: object) -> dict[str, Any]:
        """Turn one knob and return what it says."""
        request = urllib.request.Request(
            f"{self.address}/_control/{control}",
            data=json.dumps(values).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        with urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER) as answer:
            told: dict[str, Any] = json.load(answer)
        return told
