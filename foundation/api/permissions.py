"""Who may call the API: decided on the actor, never on Django's permissions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from core.errors import NotAllowed
from foundation.access import ANONYMOUS, Actor


class ScopeMissing(NotAllowed):
    """The key is good, but not for this."""

    code = "api.scope_missing"


class ActorPermission(BasePermission):
    """Lets signed-in actors pass, and keys only where they have the scope that the view names.

    A view says `required_scopes = {"get": "offers:read", "post": "applications:write"}`; a method without a
    scope is closed to keys. A view with `is_public = True` lets anybody read. Which objects an actor may see or
    change is asked of the room's policies by the view.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Let the actor pass.

        Raises:
            NotAuthenticated: nobody signed in, and the view is not open to everybody.
            ScopeMissing: the key lacks the scope.
        """
        actor: Actor = getattr(request, "actor", ANONYMOUS)
        method = (request.method or "").lower()
        if method == "options" or (getattr(view, "is_public", False) and request.method in SAFE_METHODS):
            return True
        if actor.is_anonymous:
            raise NotAuthenticated
        scopes: Mapping[str, str] = getattr(view, "required_scopes", {})
        needed = scopes.get("get" if method == "head" else method)
        if actor.scopes is not None and needed not in actor.scopes:
            raise ScopeMissing(_("This key lacks the scope that is needed here."), scope=needed or "")
        return True
