"""What a page answers when a policy, a lookup or a limit refused and the view did not say it itself."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.errors import DomainError
from foundation.ratelimits import TooManyAttempts

PAGES = {"forbidden": HTTPStatus.FORBIDDEN, "missing": HTTPStatus.NOT_FOUND}


class RefusalMiddleware:
    """Turns refusals that nobody caught into 403, 404 and 429 pages; every other error stays an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer with the page that fits, and the reason on it."""
        if not isinstance(exception, DomainError):
            return None
        too_often = isinstance(exception, TooManyAttempts)
        status = HTTPStatus.TOO_MANY_REQUESTS if too_often else PAGES.get(exception.kind)
        if status is None:
            return None
        response = render(request, f"{status.value}.html", {"reason": exception.message}, status=status)
        if too_often:
            response["Retry-After"] = str(exception.facts["retry_after"])
        return response
