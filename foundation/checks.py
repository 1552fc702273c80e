"""System checks over all rooms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection, models

from foundation import guards, registries


@register("registries")
def check_registries(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """E001: a room relies on a key that nobody registered. E002: two rooms tried to register one key."""
    found: list[CheckMessage] = []
    for registry in registries.ALL:
        found += [
            Error(
                f"{registry.name}: nobody registers {key!r}.",
                hint="Register it in the ready() of the room that knows.",
                id="foundation.E001",
            )
            for key in registry.missing()
        ]
        found += [
            Error(f"{registry.name}: {key!r} is registered twice.", id="foundation.E002") for key in registry.doubles()
        ]
    return found


@register(Tags.database)
def check_append_only_tables(
    app_configs: Sequence[AppConfig] | None, databases: Iterable[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """E003: a table of facts lacks its triggers. W004: the present role has the right to change one anyway.

    Runs with `check --database default` and before `migrate`; tables that are not there yet are left out.
    """
    if "default" not in (databases or ()):
        return []
    present = set(connection.introspection.table_names())
    tables = sorted(model._meta.db_table for model in find_append_only_models(app_configs))  # noqa: SLF001
    tables = [table for table in tables if table in present]
    found: list[CheckMessage] = [
        Error(
            f"{table} states facts, and the database does not refuse to change them.",
            hint="Run guards.append_only_sql in a migration.",
            id="foundation.E003",
        )
        for table in guards.find_unguarded_tables(tables)
    ]
    if guards.is_application_role():
        found += [
            checks.Warning(f"The application role may change {table}.", id="foundation.W004")
            for table in guards.find_changeable_tables(tables)
        ]
    return found


def find_append_only_models(app_configs: Sequence[AppConfig] | None = None) -> Iterator[type[models.Model]]:
    """Go through the models that say of themselves that they are append-only."""
    for config in app_configs or apps.get_app_configs():
        for model in config.get_models():
            if getattr(model, "append_only", False):
                yield model
