"""Health, progress of jobs, the outbox for operators, and the error pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from core.errors import DomainError
from foundation import health, jobs, outbox, registries
from foundation.access import ANONYMOUS, Actor
from foundation.clock import now
from foundation.models import Job, OutboxMessage
from foundation.policies import may_operate

READY, NOT_READY = 200, 503
OUTBOX_PAGE = 50


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask whoever did not sign in to do so first."""

    @wraps(view)
    def asking_first(request: HttpRequest, **path: Any) -> HttpResponse:
        if _actor(request).is_anonymous:
            return redirect_to_login(request.get_full_path())
        return view(request, **path)

    return asking_first


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that this process is alive; asks nothing of anybody else."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Say whether requests should be sent here, and what is missing where not."""
    found = health.check_readiness()
    ready = all(found.values())
    body = {"status": "ready" if ready else "not ready", "checks": found}
    return JsonResponse(body, status=READY if ready else NOT_READY)


@never_cache
@require_GET
@signed_in
def job(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show how far a job is; the page asks again by itself, with and without JavaScript."""
    watched = get_object_or_404(Job, public_id=public_id)
    if not jobs.may_see_job(_actor(request), watched):
        raise Http404
    kind = registries.JOB_KINDS.find(watched.kind)
    context = {"job": watched, "title": kind.title if kind else _("Work in progress")}
    # htmx asks for the part that changes; everything else gets the page.
    part = request.headers.get("HX-Request") == "true"
    return render(request, "foundation/_job.html" if part else "foundation/job.html", context)


@never_cache
@require_GET
@signed_in
def parked(request: HttpRequest) -> HttpResponse:
    """List the outbox messages that wait for a person, for the platform's staff."""
    if not may_operate(_actor(request)):
        raise Http404
    page = Paginator(OutboxMessage.objects.parked(), OUTBOX_PAGE).get_page(request.GET.get("page"))
    return render(request, "foundation/outbox.html", {"page": page})


@require_POST
@signed_in
def send_again(request: HttpRequest, message_id: int) -> HttpResponse:
    """Send a parked message again."""
    if not may_operate(_actor(request)):
        raise Http404
    try:
        outbox.retry_parked(message_id=message_id, at=now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The message will be sent again."))
    response: HttpResponseRedirect = redirect("foundation:outbox")
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what cannot be read."""
    return _error(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what this person may not do."""
    return _error(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what is not there, or not for this person."""
    return _error(request, 404)


def server_error(_request: HttpRequest) -> HttpResponse:
    """Answer our own mistake; nothing that may be broken itself is asked for the page."""
    return HttpResponse(render_to_string("500.html"), status=500)


def _error(request: HttpRequest, status: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        return _error_for_machines(status)
    return render(request, f"{status}.html", status=status)


def _error_for_machines(status: int) -> HttpResponse:
    """The API answers with problem details also where no view of its own was reached."""
    words: dict[int, tuple[str, str]] = {
        400: ("request.malformed", _("Invalid request")),
        403: ("policy.refused", _("Not allowed")),
        404: ("not_found", _("Not found")),
    }
    code, title = words[status]
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": title}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def _actor(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANONYMOUS)
