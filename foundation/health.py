"""Whether this process can serve."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from celery import current_app
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

log = structlog.get_logger(__name__)

BROKER_TIMEOUT_SECONDS = 2


def check_readiness() -> dict[str, bool]:
    """Ask for everything that a request or its work afterwards needs: database, migrations, broker."""
    return {name: _answers(name, check) for name, check in CHECKS.items()}


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _migrations_are_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _broker_answers() -> bool:
    with current_app.connection_for_write(connect_timeout=BROKER_TIMEOUT_SECONDS) as broker:
        broker.ensure_connection(max_retries=1, timeout=BROKER_TIMEOUT_SECONDS)
    return True


def _answers(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:
        log.warning("not_ready", name=name, exc_info=True)
        return False


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database_answers,
    "migrations": _migrations_are_applied,
    "broker": _broker_answers,
}
