"""The page that confirms a document, and its download."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.errors import DomainError
from documents import policies, queries
from foundation import clock, files
from foundation.access import Actor
from foundation.ratelimits import TooManyAttempts, check_rate

VERIFY_LIMIT = 60
VERIFY_WINDOW_SECONDS = 600


def may_ask_again(request: HttpRequest) -> None:
    """Count one question about a document from this address.

    Raises:
        TooManyAttempts: there were too many in the last minutes.
    """
    check_rate(
        name="documents.verify",
        who=request.META.get("REMOTE_ADDR", ""),
        limit=VERIFY_LIMIT,
        seconds=VERIFY_WINDOW_SECONDS,
        at=clock.now(),
    )


@require_safe
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Tell anybody who holds a document whether it is genuine and still counts."""
    status = HTTPStatus.OK
    confirmation = None
    problem: DomainError | None = None
    try:
        may_ask_again(request)
        confirmation = queries.get_confirmation(token=token)
    except queries.DocumentUnknown as unknown:
        status, problem = HTTPStatus.NOT_FOUND, unknown
    except TooManyAttempts as refused:
        status, problem = HTTPStatus.TOO_MANY_REQUESTS, refused
    response = render(
        request,
        "documents_pages/verify.html",
        {"confirmation": confirmation, "problem": problem},
        status=status,
    )
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    if isinstance(problem, TooManyAttempts):
        response["Retry-After"] = str(problem.facts["retry_after"])
    return response


@require_safe
def download(request: HttpRequest, public_id: str) -> HttpResponse | FileResponse:
    """Give the file of a document to somebody who may have it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        document = queries.get_document(public_id=public_id)
    except queries.DocumentUnknown:
        raise Http404 from None
    decision = policies.may_download(actor, document)
    if not decision and actor.is_anonymous:
        return redirect_to_login(request.get_full_path())
    if not decision:
        # Whether somebody else's document exists is nobody's business.
        raise Http404
    made = getattr(document, "file", None)
    if made is None:
        return render(request, "documents_pages/not_made.html", {"document": document}, status=HTTPStatus.NOT_FOUND)
    return files.stream(made.stored_file, inline="inline" in request.GET)
