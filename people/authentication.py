"""Who calls the REST API: a key, or somebody who is signed in."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows import reauthentication
from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_api_key.permissions import KeyParser

from foundation import clock
from people import operations, queries
from people.models import ApiKey, User

KEYWORD = "Api-Key"


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Api-Key <key>`: the actor is the key, with its scopes and no more."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """Recognise the key, and set the request's actor.

        Raises:
            AuthenticationFailed: the key is unknown, revoked or expired, or its user may not sign in.
        """
        presented = KeyParser().get_from_authorization(request)
        if presented is None:
            return None
        key = self._find(presented)
        expired = key is not None and key.expiry_date is not None and key.expiry_date <= clock.now()
        if key is None or expired or not key.user.is_active:
            raise AuthenticationFailed(_("This key is not valid. It may have been revoked."))
        operations.note_key_used(key=key, on=clock.today())
        request._request.actor = queries.actor_for_key(key)  # type: ignore[attr-defined]  # noqa: SLF001
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that a request without a key is answered with 401."""
        return KEYWORD

    @staticmethod
    def _find(presented: str) -> ApiKey | None:
        if not presented.isprintable():  # a NUL byte is no text for the database
            return None
        try:
            found: ApiKey = ApiKey.objects.get_from_key(presented)
        except ApiKey.DoesNotExist:
            return None
        return found


class ActorSessionAuthentication(SessionAuthentication):
    """The session of the site, with its CSRF check; the middleware has set the actor."""


def is_sign_in_recent(request: Request) -> bool:
    """Whether the session was proved in the last minutes, as the pages ask for sensitive acts."""
    return not reauthentication.is_reauthentication_required(request._request, app="")  # noqa: SLF001 - the session is Django's


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document describes a key."""

    target_class = "people.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Describe the header."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Authorization: Api-Key <key>`. Make keys on your own page under /me/keys/.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document describes the site's session."""

    target_class = "people.authentication.ActorSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Describe the cookie."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
