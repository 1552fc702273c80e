"""Errors of the API as problem details (RFC 9457), each with a stable code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.core.signals import got_request_exception
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.response import Response

from core.errors import DomainError
from foundation.ratelimits import TooManyAttempts

log = structlog.get_logger(__name__)

CONTENT_TYPE = "application/problem+json"
STATUS_OF_KIND = {"invalid": 422, "conflict": 409, "forbidden": 403, "missing": 404, "unavailable": 503}
TOO_MANY_REQUESTS = 429
DEFAULT_WAIT_SECONDS = 60
# Django's own exceptions that reach an API view; the more special ones first.
FROM_DJANGO = (
    (Http404, 404, "not_found", gettext_lazy("There is nothing at this address, or nothing that you may see.")),
    (PermissionDenied, 403, "policy.refused", gettext_lazy("You may not do this.")),
    (RequestDataTooBig, 413, "request.too_big", gettext_lazy("The request has too many bytes.")),
    ((SuspiciousOperation, UnicodeError), 400, "request.malformed", gettext_lazy("The request cannot be read.")),
)


def problem_details(exc: Exception, context: dict[str, Any]) -> Response:
    """Answer an error of any kind with problem details (DRF's exception handler)."""
    if isinstance(exc, DomainError):
        return from_domain_error(exc)
    if isinstance(exc, exceptions.APIException):
        return _from_api_exception(exc)
    if isinstance(exc, ValidationError):
        return _invalid(_collect(exc.message_dict if hasattr(exc, "error_dict") else exc.messages))
    for kinds, status_code, code, detail in FROM_DJANGO:
        if isinstance(exc, kinds):
            return problem(status_code, code, str(detail))
    return _server_error(exc, context)


def problem(
    status_code: int,
    code: str,
    detail: str,
    *,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Response:
    """Make an answer in the shape of problem details.

    Args:
        status_code: HTTP status.
        code: Stable code for machines.
        detail: What happened and what to do.
        errors: One line for each wrong field: `field`, `code`, `detail`.
        headers: Further headers, such as Retry-After.
        facts: The figures behind the detail.
    """
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": _title(status_code),
        "status": status_code,
        "code": code,
        "detail": str(detail),
    }
    if errors:
        body["errors"] = errors
    if facts:
        body["facts"] = {name: _plain(value) for name, value in facts.items()}
    return Response(body, status=status_code, headers=dict(headers or {}), content_type=CONTENT_TYPE)


def from_domain_error(error: DomainError) -> Response:
    """Make the answer to an expected failure."""
    status_code = STATUS_OF_KIND[error.kind]
    if isinstance(error, TooManyAttempts):
        status_code = TOO_MANY_REQUESTS
    headers: dict[str, str] = {}
    if "retry_after" in error.facts or error.kind == "unavailable":
        headers["Retry-After"] = str(error.facts.get("retry_after", DEFAULT_WAIT_SECONDS))
    return problem(status_code, error.code, error.message, headers=headers, facts=error.facts)


def _from_api_exception(exc: exceptions.APIException) -> Response:
    """Turn one of DRF's own exceptions; a wrong body lists the fields."""
    headers: dict[str, str] = {}
    challenge = getattr(exc, "auth_header", None)
    if challenge:
        headers["WWW-Authenticate"] = challenge
    wait = getattr(exc, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(int(wait))
    if isinstance(exc, exceptions.ValidationError):
        return _invalid(_collect(exc.detail))
    codes = exc.get_codes()
    code = f"request.{codes}" if isinstance(codes, str) else "request.error"
    return problem(exc.status_code, code, str(exc.detail), headers=headers)


def _invalid(errors: list[dict[str, str]]) -> Response:
    return problem(400, "request.invalid", _("Please correct the fields listed in errors."), errors=errors)


def _server_error(exc: Exception, context: dict[str, Any]) -> Response:
    """Say nothing of what went wrong inside; tell the log and whoever watches Django's signal."""
    request = context.get("request")
    log.error("api_request_failed", error=type(exc).__name__, exc_info=exc)
    got_request_exception.send(sender=None, request=getattr(request, "_request", request))
    return problem(500, "server_error", _("Something went wrong on our side. It has been recorded; please try again."))


def _collect(detail: Any, field: str = "") -> list[dict[str, str]]:
    """Flatten nested messages into one line for each: `field` is a dotted path, empty for the whole body."""
    if isinstance(detail, Mapping):
        found = []
        for key, part in detail.items():
            name = "" if key in {"non_field_errors", "__all__"} else str(key)
            found += _collect(part, ".".join(filter(None, (field, name))))
        return found
    if isinstance(detail, (list, tuple)):
        nested = any(isinstance(part, (Mapping, list, tuple)) for part in detail)
        found = []
        for position, part in enumerate(detail):
            found += _collect(part, f"{field}.{position}".lstrip(".") if nested else field)
        return found
    return [{"field": field, "code": str(getattr(detail, "code", "invalid")), "detail": str(detail)}]


def _title(status_code: int) -> str:
    titles = {
        status.HTTP_400_BAD_REQUEST: _("Invalid request"),
        status.HTTP_401_UNAUTHORIZED: _("Not signed in"),
        status.HTTP_403_FORBIDDEN: _("Not allowed"),
        status.HTTP_404_NOT_FOUND: _("Not found"),
        status.HTTP_405_METHOD_NOT_ALLOWED: _("Method not allowed"),
        status.HTTP_406_NOT_ACCEPTABLE: _("Not acceptable"),
        status.HTTP_409_CONFLICT: _("Conflict"),
        status.HTTP_415_UNSUPPORTED_MEDIA_TYPE: _("Unsupported media type"),
        status.HTTP_422_UNPROCESSABLE_ENTITY: _("Refused"),
        status.HTTP_429_TOO_MANY_REQUESTS: _("Too many requests"),
        status.HTTP_500_INTERNAL_SERVER_ERROR: _("Server error"),
        status.HTTP_503_SERVICE_UNAVAILABLE: _("Unavailable"),
    }
    return titles.get(status_code, _("Error"))


def _plain(value: Any) -> Any:
    """A fact as JSON knows it: whole numbers, truths and texts stay, everything else is written out."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(part) for part in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
