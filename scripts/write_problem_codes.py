"""Writes docs/problem-codes.md from the errors of the rooms: `.venv/bin/python scripts/write_problem_codes.py`."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "problem-codes.md"
ROOMS = {
    "core", "foundation", "people", "ledger", "payments", "documents", "shares", "bonds", "treasury", "marketplace",
}  # fmt: skip
# Not domain errors: what the request itself may get wrong (foundation/api/problems.py, foundation/idempotency.py).
OF_REQUESTS = {
    ("request.invalid", 400): "Fields are wrong; `errors` lists them.",
    ("request.malformed", 400): "The request cannot be read.",
    ("request.parse_error", 400): "The body is not the JSON it says it is.",
    ("request.idempotency_key_malformed", 400): "The key has other than 1 to 255 visible ASCII characters.",
    ("request.idempotency_key_missing", 400): "This address wants an Idempotency-Key.",
    ("request.not_authenticated", 401): "Nobody is signed in, and no key was sent.",
    ("request.authentication_failed", 401): "The key is unknown, revoked or expired.",
    ("request.permission_denied", 403): "A session's request lacks its CSRF token.",
    ("request.not_found", 404): "There is nothing here, or the cursor is not one of ours.",
    ("request.method_not_allowed", 405): "The address does not know this method.",
    ("request.not_acceptable", 406): "Only JSON is spoken here.",
    ("request.too_big", 413): "The request has too many bytes.",
    ("request.unsupported_media_type", 415): "Only JSON is read here.",
    ("server_error", 500): "Something went wrong on our side; it has been recorded.",
}
HEAD = """# Problem codes

Every failure of the [REST API](api.md) has one of these codes. A code keeps its meaning; its words may change.
The page is written by `.venv/bin/python scripts/write_problem_codes.py` from the classes in the code; a test fails when
it is not current. Some codes are met only on the pages or by staff.
"""


def render(errors: Iterable[tuple[str, int, str]]) -> str:
    """Return the page for rows of code, status and meaning."""
    rows = [(code, status, meaning) for (code, status), meaning in OF_REQUESTS.items()]
    by_room: dict[str, list[tuple[str, int, str]]] = {}
    for row in sorted([*rows, *errors]):
        by_room.setdefault(row[0].partition(".")[0] if "." in row[0] else "general", []).append(row)
    parts = [HEAD]
    for room in sorted(by_room):
        lines = [f"| `{code}` | {status} | {meaning} |" for code, status, meaning in by_room[room]]
        parts.append(
            "\n".join([f"## {room.capitalize()}\n", "| code | status | what it says |", "|---|---|---|", *lines, ""])
        )
    return "\n".join(parts)


def _import_rooms() -> None:
    """Import every module of every room, so that the page does not depend on what happens to be loaded."""
    for room in sorted(ROOMS):
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" not in parts and "management" not in parts:
                importlib.import_module(".".join(parts).removesuffix(".__init__"))


def find_errors() -> list[tuple[str, int, str]]:
    """Give code, status and first sentence of every error of the rooms, each code once."""
    _import_rooms()
    from core.errors import DomainError  # noqa: PLC0415
    from foundation.api.problems import STATUS_OF_KIND, TOO_MANY_REQUESTS  # noqa: PLC0415
    from foundation.ratelimits import TooManyAttempts  # noqa: PLC0415

    found: dict[str, tuple[str, int, str]] = {}
    for error in sorted(_below(DomainError), key=lambda one: (one.__module__, one.__qualname__)):
        if error.__module__.partition(".")[0] not in ROOMS:
            continue
        status = TOO_MANY_REQUESTS if issubclass(error, TooManyAttempts) else STATUS_OF_KIND[error.kind]
        meaning = " ".join((error.__doc__ or "").split("\n\n")[0].split())
        found.setdefault(error.code, (error.code, status, meaning))
    return list(found.values())


def _below(base: type) -> Iterator[type]:
    for one in base.__subclasses__():
        yield one
        yield from _below(one)


def main() -> None:
    """Write the page."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("COMMONWEAL_ENV", "development")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415 - the settings have to be named first

    django.setup()
    PAGE.write_text(render(find_errors()), encoding="utf-8")


if __name__ == "__main__":
    main()
