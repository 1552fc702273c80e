"""The site, and beside it the yardsticks without any middleware, in the same server."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.test.utils import override_settings

from config.wsgi import application as site

with override_settings(MIDDLEWARE=[]):
    bare = WSGIHandler()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Serve what is below /bench/ bare, and everything else as the site does."""
    handler = bare if environ.get("PATH_INFO", "").startswith("/bench/") else site
    return handler(environ, start_response)
