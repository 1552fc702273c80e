"""Work that may take as long as it takes: the limit on a statement's time is for pages, not for whole books."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def no_time_limit() -> Iterator[None]:
    """Let statements of this connection run without the limit of the settings, and put the limit back afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        (before,) = cursor.fetchone()
        cursor.execute("SET statement_timeout = 0")
    try:
        yield
    finally:
        # In a transaction that failed, its rollback puts the limit back.
        if not connection.needs_rollback and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, false)", [before])
