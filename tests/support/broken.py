"""Rows that no act writes: put in with the guards taken away, to see that the check of an invariant finds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.db import connection, transaction

Find = Callable[[], Iterable[str]]


def break_and_find(find: Find, sql: str) -> list[str]:
    """Put something in with the guards taken away, ask what is wrong, and take it back. Needs `_as_superuser`."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(sql)
        found = list(find())
        transaction.set_rollback(True)
    return found


def check_each_is_found(finds: Mapping[str, Find], breaks: Mapping[str, Sequence[str]]) -> None:
    """Break each in every way; before, nothing is wrong."""
    for code, many in breaks.items():
        for sql in many:
            assert list(finds[code]()) == []
            assert break_and_find(finds[code], sql) != [], f"{code}: {sql}"
