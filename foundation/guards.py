"""Guards in the database and around calls to the outside."""

from __future__ import annotations

import re

from django.db import connection

APP_ROLE = "commonweal_app"
REFUSE_FUNCTION = "commonweal_refuse_change"
TRIGGER_SUFFIXES = ("rows_are_facts", "table_is_fact")
_TABLE_NAME = re.compile(r"^[a-z][a-z0-9_]{0,47}$")


class InsideTransaction(RuntimeError):
    """Our own code was about to wait for the outside world while it held locks."""


def append_only_sql(table: str) -> tuple[str, str]:
    """Give the SQL that makes a table append-only, and the SQL that undoes it, for a migration's `RunSQL`.

    Triggers refuse UPDATE, DELETE and TRUNCATE for every role; besides, the application role loses the right to
    them. Declare the model `append_only = True` (or derive it from `AppendOnlyModel`), so that a system check
    looks for the triggers. The migration has to depend on foundation 0001.

    Args:
        table: Name of the table, such as "shares_registerentry".
    """
    if not _TABLE_NAME.match(table):
        raise ValueError(f"{table!r} is not a plain table name.")
    rows, whole = (f"{table}_{suffix}" for suffix in TRIGGER_SUFFIXES)
    forward = f"""
CREATE TRIGGER {rows} BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {REFUSE_FUNCTION}();
CREATE TRIGGER {whole} BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION {REFUSE_FUNCTION}();
{_rights("REVOKE UPDATE, DELETE, TRUNCATE ON", table, "FROM")}
"""
    reverse = f"""
{_rights("GRANT UPDATE, DELETE ON", table, "TO")}
DROP TRIGGER IF EXISTS {whole} ON {table};
DROP TRIGGER IF EXISTS {rows} ON {table};
"""
    return forward, reverse


def _rights(change: str, table: str, preposition: str) -> str:
    """A change of the application role's rights, skipped where that role does not exist."""
    return f"""DO $rights$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
        {change} {table} {preposition} {APP_ROLE};
    END IF;
END $rights$;"""


def find_unguarded_tables(tables: list[str]) -> list[str]:
    """List which of the tables lack a trigger that refuses changes, or have it switched off."""
    wanted = {f"{table}_{suffix}" for table in tables for suffix in TRIGGER_SUFFIXES}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t.tgname FROM pg_trigger t
            JOIN pg_class c ON c.oid = t.tgrelid
            JOIN pg_proc p ON p.oid = t.tgfoid
            WHERE c.relname = ANY(%s) AND p.proname = %s AND t.tgenabled IN ('O', 'A')
            """,
            [tables, REFUSE_FUNCTION],
        )
        missing = wanted - {name for (name,) in cursor.fetchall()}
    return [table for table in tables if any(f"{table}_{suffix}" in missing for suffix in TRIGGER_SUFFIXES)]


def find_changeable_tables(tables: list[str]) -> list[str]:
    """List which of the tables the present role has the right to change, delete from or truncate."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT name FROM unnest(%s::text[]) AS name
            WHERE has_table_privilege(name, 'UPDATE') OR has_table_privilege(name, 'DELETE')
               OR has_table_privilege(name, 'TRUNCATE')
            ORDER BY name
            """,
            [tables],
        )
        return [name for (name,) in cursor.fetchall()]


def refuse_in_transaction() -> None:
    """Stand before every call to a provider or a mail server: locks must not wait for the outside world.

    The transaction that a test case wraps around a test does not count, as in Django's durable blocks.

    Raises:
        InsideTransaction: there is an open atomic block.
    """
    blocks = connection.atomic_blocks
    if any(not getattr(block, "_from_testcase", False) for block in blocks):
        raise InsideTransaction("A provider must not be called inside a transaction: enqueue an outbox message.")


def is_application_role() -> bool:
    """Tell whether the connection is that of the application, not of the owner who migrates."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = %s", [APP_ROLE])
        return bool(cursor.fetchone()[0])
