"""Reading what a control was told."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from standin.errors import StripeError

Control = Callable[..., Any]

# A thousand million pounds in pence, or some three thousand years in seconds: more is a slip of the hand.
LARGEST_NUMBER = 100_000_000_000
LONGEST_SECONDS = 24 * 60 * 60


class ControlMisused(Exception):
    """What the control was told makes no sense to it."""


class Told:
    """The JSON object that a control was sent; asking for a name that was misspelt fails at `check_all_read`."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self._facts = facts
        self._read: set[str] = set()

    def get(self, name: str, kind: type, *, default: Any = None) -> Any:
        """Return a fact of a kind, or the default where it was not told."""
        self._read.add(name)
        value = self._facts.get(name)
        if value is None:
            return default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            message = f"{name} must be of type {kind.__name__}"
            raise ControlMisused(message)
        if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
            message = f"{name} is too large"
            raise ControlMisused(message)
        return value

    def milliseconds(self, name: str = "seconds") -> int:
        """Return a number of seconds, which may have a fraction, in milliseconds."""
        self._read.add(name)
        value = self._facts.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LONGEST_SECONDS:
            message = f"{name} must be a number from 0 to {LONGEST_SECONDS}"
            raise ControlMisused(message)
        return round(value * 1000)

    def check_all_read(self) -> None:
        """Refuse facts that nobody asked for: a misspelt control must not seem to work."""
        unknown = sorted(set(self._facts) - self._read)
        if unknown:
            message = f"This control does not know: {', '.join(unknown)}"
            raise ControlMisused(message)


def control(*methods: str) -> Callable[[Control], Callable[..., HttpResponse]]:
    """Make a function that takes `told` and returns something for JSON into a view."""

    def decorate(function: Control) -> Callable[..., HttpResponse]:
        @wraps(function)
        def view(request: HttpRequest, **ids: str) -> HttpResponse:
            if request.method not in methods:
                return JsonResponse({"error": f"Use {' or '.join(methods)}."}, status=405)
            try:
                facts = json.loads(request.body or b"{}") if request.method != "GET" else dict(request.GET.items())
                if not isinstance(facts, dict):
                    return JsonResponse({"error": "A JSON object is expected."}, status=400)
                answer = function(Told(facts), **ids)
            except (ControlMisused, ValueError) as error:
                return JsonResponse({"error": str(error)}, status=400)
            except StripeError as refusal:
                return JsonResponse(refusal.body, status=refusal.status)
            return JsonResponse(answer)

        view.__doc__ = function.__doc__
        return view

    return decorate
