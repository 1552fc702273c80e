"""Writes docs/invariants.md from what the rooms declare: `.venv/bin/python scripts/write_invariants.py`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "invariants.md"
HEAD = """# Invariants

What must always hold, room by room, with where it comes from and what enforces it. The page is written by
`.venv/bin/python scripts/write_invariants.py` from each room's `invariants.py`; a test fails when it is not current.

- A name in code type is a constraint, index, trigger or function of the database: it refuses, whoever asks.
- *lock* means that an act counts under a lock before it writes.
- *audit only* means that nothing prevents it by itself, and the check finds it.

All of them are checked after every test that uses the database, every night, and by `manage.py check_invariants`
([running it for real](operations.md)). For each one a test breaks it on purpose and sees that it is found.
"""


def render(rooms: Iterable[tuple[str, Iterable[object]]]) -> str:
    """Return the page for rooms with their invariants."""
    parts = [HEAD]
    for room, invariants in sorted(rooms):
        parts.append(f"## {room.capitalize()}\n\n| code | what holds | source | enforced by |\n|---|---|---|---|")
        parts[-1] += "".join(f"\n| {one.code} | {one.statement} | {one.source} | {_names(one)} |" for one in invariants)
        parts[-1] += "\n"
    return "\n".join(parts)


def _names(one: object) -> str:
    return ", ".join(
        name.replace("lock:", "*lock:*") if name.startswith("lock:") else f"*{name}*" if " " in name else f"`{name}`"
        for name in one.enforced_by
    )


def main() -> None:
    """Write the page."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("COMMONWEAL_ENV", "development")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415 - the settings have to be named first

    django.setup()
    from foundation.registries import INVARIANTS  # noqa: PLC0415 - registered by the rooms when they are set up

    PAGE.write_text(render(INVARIANTS.items()), encoding="utf-8")


if __name__ == "__main__":
    main()
