"""Statements that are sent often enough for the database to keep their plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection


class _Prepared(psycopg.Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **_options: Any) -> _Prepared:
        return super().execute(query, params, prepare=True)


def call_prepared(statement: str, params: Sequence[Any]) -> Any:
    """Send a statement that the server prepares, which Django's are not, and give the one value that it answers.

    Transaction, errors, wrappers and the log of queries are those of Django's connection.

    Args:
        statement: With a %s for each parameter. These travel beside it, so the server has to know the type of each:
            that of a function's argument, or a cast.
        params: As many; text, whole numbers, booleans or None.
    """
    connection.ensure_connection()
    cursor = _Prepared(connection.connection)
    if connection.execute_wrappers or connection.queries_logged:
        with connection._prepare_cursor(cursor) as logged:  # type: ignore[attr-defined]  # noqa: SLF001
            logged.execute(statement, params)
            return logged.fetchone()[0]
    # The same without the layers that have nothing to do: they take a tenth of the time of a posting.
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, cursor:
        row = cursor.execute(statement, params).fetchone()
    return row[0] if row else None
