"""What every page knows of the site it belongs to."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Give every template the actor, and whether this is the demo."""
    return {"actor": getattr(request, "actor", None), "is_demo": settings.DEMO, "site_name": "Commonweal"}
