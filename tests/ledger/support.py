"""Short ways to post and to look, used by the tests of the ledger and the treasury."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from config.embedded.postgres import OWNER_ROLE
from ledger import operations, queries
from ledger.models import Account, Book
from ledger.operations import Line, Posted

AT = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
JAN_5 = date(2026, 1, 5)
TABLES = (
    "book",
    "account",
    "accountclosure",
    "entry",
    "narration",
    "transfer",
    "balance",
    "daytotal",
    "hold",
    "holdend",
    "period",
    "periodbalance",
    "sealqueue",
    "seal",
    "anchor",
)


def post(book: Book, key: str, *lines: Line, on: date = JAN_5, kind: str = "test", **more: Any) -> Posted:
    """Post lines under a key."""
    return operations.post(
        book=book,
        key=key,
        kind=kind,
        effective_on=on,
        lines=lines,
        actor="system:test",
        recorded_at=AT,
        **more,
    )


def pay(book: Book, application: str, pence: int, fee: int = 0, *, on: date = JAN_5) -> Posted:
    """A card application is paid, with its fee as a line of its own."""
    lines = [Line("1250", "2150", pence, credit_owner=application)]
    if fee:
        lines.append(Line("7420", "1250", fee))
    return post(book, f"paid:{application}", *lines, on=on, kind="application_paid")


def nets(book: Book, *, on: date | None = None) -> dict[str, int]:
    """Balances on the normal side by account code, without the zeroes."""
    return {row.account.code: row.balance for row in queries.trial_balance(book=book, on=on) if row.net}


def contents() -> dict[str, Sequence[tuple[Any, ...]]]:
    """Everything in the ledger's tables, to prove that a refusal changed nothing."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT t::text FROM ledger_{table} t ORDER BY 1")
            found[table] = cursor.fetchall()
    return found


def as_owner_url() -> dict[str, Any]:
    """Connection parameters of the role that owns the tables, on the database of this test run."""
    settings = connection.settings_dict
    return {"dbname": settings["NAME"], "user": OWNER_ROLE, "host": settings["HOST"]}


def account(book: Book, code: str) -> int:
    """The row number of an account."""
    return Account.objects.get(book=book, code=code).pk


def close_through(book: Book, through: str) -> None:
    """Close a book in plain SQL, without the checks of `close_period`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_close_period(%s, %s, now(), 'a')", [book.pk, through])
