"""Reads docs/data-map.md and compares it with the models.

Run it to see the rows that are missing, ready to be filled in:

    .venv/bin/python -m tests.foundation.data_map
"""

from __future__ import annotations

import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

MAP = Path(__file__).resolve().parents[2] / "docs" / "data-map.md"
OUR_ROOMS = ("foundation", "people", "ledger", "payments", "documents", "shares", "bonds", "treasury", "marketplace")
PERSONAL = "Personal data"
NOT_PERSONAL = "No personal data"
COLUMNS = {PERSONAL: 6, NOT_PERSONAL: 3}


@dataclass(frozen=True)
class Row:
    """One field as a table of the map has it."""

    field: str
    section: str
    cells: tuple[str, ...]


def read_rows(text: str) -> list[Row]:
    """Give a row for every field in the two tables: the first cell names a model, the second its fields."""
    rows = []
    section = ""
    for line in text.splitlines():
        heading = re.match(r"## (.+)", line)
        if heading:
            section = heading[1].strip()
        if section not in COLUMNS or not line.startswith("|") or re.match(r"\|[\s:|-]+$", line):
            continue
        cells = tuple(cell.strip() for cell in line.strip().strip("|").split("|"))
        if cells[0] == "Model":
            continue
        model = cells[0].strip("`")
        rows += [Row(f"{model}.{field}", section, cells) for field in re.findall(r"`(\w+)`", cells[1])]
    return rows


def find_fields() -> Iterator[str]:
    """Go through every field of our models that holds text, JSON or a file."""
    from django.apps import apps

    for model in apps.get_models():
        if model._meta.app_label not in OUR_ROOMS:
            continue
        for field in model._meta.concrete_fields:
            if may_hold_words(field):
                yield f"{model._meta.label}.{field.name}"


def may_hold_words(field: Any) -> bool:
    """Whether a field may hold something that somebody wrote: not random ids, nor one word of a fixed list."""
    from django.contrib.postgres.fields import ArrayField
    from django.db import models

    from foundation.models import PublicIdField

    if isinstance(field, PublicIdField) or getattr(field, "choices", None):
        return False
    if isinstance(field, ArrayField):
        return may_hold_words(field.base_field)
    kinds = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)
    return isinstance(field, kinds) and not field.is_relation


def every_field() -> set[str]:
    """Name every field of every model, of libraries too, for rows that tell more than they must."""
    from django.apps import apps

    return {f"{model._meta.label}.{field.name}" for model in apps.get_models() for field in model._meta.get_fields()}


def write_missing(out: TextIO) -> None:
    """Write the rows that the map lacks, and those whose field is gone."""
    listed = {row.field for row in read_rows(MAP.read_text())}
    missing = defaultdict(list)
    for name in find_fields():
        if name not in listed:
            model, _, field = name.rpartition(".")
            missing[model].append(f"`{field}`")
    for model, fields in sorted(missing.items()):
        out.write(f"| `{model}` | {', '.join(fields)} |\n")
    for row in sorted(listed - every_field()):
        out.write(f"gone: {row}\n")


if __name__ == "__main__":
    os.environ.setdefault("COMMONWEAL_ENV", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    write_missing(sys.stdout)
