"""Every request knows its actor."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from foundation.access import ANONYMOUS, Actor
from people import adapters, queries


def actor_of_session(request: HttpRequest) -> Actor:
    """Give the actor that the session of a request stands for."""
    user = request.user
    if not user.is_authenticated:
        return ANONYMOUS
    return queries.actor_for_user(user, second_factor=adapters.proved_second_factor(request, user))


class ActorMiddleware:
    """Sets `request.actor`, worked out when it is first looked at: most public pages never ask."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request that knows its actor."""
        request.actor = cast("Actor", SimpleLazyObject(lambda: actor_of_session(request)))  # type: ignore[attr-defined]
        return self.get_response(request)
