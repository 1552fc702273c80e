"""A system check: the ledger's guards are in the database. Runs with `check --database default` and `migrate`."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from ledger.queries.guards import find_missing_guards


@register(Tags.database)
def check_guards(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Name each trigger, key or right that is not as the ledger needs it (ledger.E001)."""
    if not databases or "default" not in databases:
        return []
    # migrate runs these checks before it begins: a guard that it is about to make is not missing.
    if _has_migrations_to_run():
        return []
    return [
        Error(f"A guard of the ledger is not in place: {missing}.", hint="Run migrate as the owner.", id="ledger.E001")
        for missing in find_missing_guards()
    ]


def _has_migrations_to_run() -> bool:
    loader = MigrationLoader(connection)
    ours = {key for key in loader.disk_migrations if key[0] == "ledger"}
    return not ours <= set(loader.applied_migrations)
