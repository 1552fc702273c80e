"""Ways to write one movement in this database. Usage: python -m bench.ledger.contenders NAME (see CONTENDERS)."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final

import django

django.setup()

import psycopg  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402

from bench.ledger.host import Act, serve  # noqa: E402
from ledger import operations  # noqa: E402
from ledger.models import Account, Book  # noqa: E402
from ledger.operations import Line  # noqa: E402

ON: Final = date(2026, 1, 5)
AT: Final = datetime(2026, 1, 5, 12, tzinfo=UTC)
ACTOR: Final = "system:bench"
WORDS: Final = "words for people"
# Accounts that the benchmark opens beside those of the chart.
BENCH_CODES: Final = "^8[0-9]{4}$"
HEAD: Final = (
    "INSERT INTO bench_head (key, kind, effective_on, recorded_at, actor, words) VALUES (%s, %s, %s, %s, %s, %s)"
)
ROW: Final = "INSERT INTO bench_row (head_id, account_id, amount) VALUES (%s, %s, %s)"
ONE: Final = (
    f"WITH head AS ({HEAD} RETURNING id)"
    " INSERT INTO bench_row (head_id, account_id, amount)"
    " SELECT head.id, side.account, side.amount FROM head, (VALUES (%s::bigint, %s::bigint), (%s, %s))"
    " AS side (account, amount)"
)


class Head(models.Model):
    """The least there is to an entry."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=64)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    words = models.CharField(max_length=500)

    class Meta:
        app_label = "bench"
        db_table = "bench_head"
        managed = False

    def __str__(self) -> str:
        return self.key


class Row(models.Model):
    """The least there is to one side of it."""

    head = models.ForeignKey(Head, on_delete=models.PROTECT)
    account_id = models.BigIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        app_label = "bench"
        db_table = "bench_row"
        managed = False

    def __str__(self) -> str:
        return str(self.pk)


def ours(*, seed: int, is_hot: bool = False) -> Act:
    """Post through the public API: every check, both hashes, an idempotency key, one autocommitted call."""
    dice = random.Random(seed)
    book = Book.objects.get(slug="bench")
    codes = Account.objects.filter(book=book, code__regex=BENCH_CODES).order_by("code").values_list("code", flat=True)
    hot, *others = codes

    def act(number: int) -> None:
        debit, credit = dice.sample(others, 2)
        operations.post(
            book=book,
            key=f"{seed}:{number}",
            kind="payment",
            effective_on=ON,
            lines=[Line(hot if is_hot else debit, credit, 10)],
            narration=WORDS,
            actor=ACTOR,
            recorded_at=AT,
        )

    return act


def orm(*, seed: int) -> Act:
    """The floor of Django: one header and two rows in `atomic`, nothing checked, nothing summed."""
    dice, accounts = random.Random(seed), _accounts()
    connection.ensure_connection()

    def act(number: int) -> None:
        debit, credit = dice.sample(accounts, 2)
        with transaction.atomic():
            head = Head.objects.create(
                key=f"{seed}:{number}", kind="payment", effective_on=ON, recorded_at=AT, actor=ACTOR, words=WORDS
            )
            Row.objects.bulk_create(
                [Row(head=head, account_id=debit, amount=10), Row(head=head, account_id=credit, amount=-10)]
            )

    return act


def psycopg_three(*, seed: int) -> Act:
    """BEGIN, one header, two rows, COMMIT: three statements that psycopg prepares."""
    dice, accounts = random.Random(seed), _accounts()
    plain = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)

    def act(number: int) -> None:
        debit, credit = dice.sample(accounts, 2)
        with plain.transaction(), plain.cursor() as cursor:
            cursor.execute(f"{HEAD} RETURNING id", [f"{seed}:{number}", "payment", ON, AT, ACTOR, WORDS])
            (head,) = cursor.fetchone() or (0,)
            cursor.execute(ROW, [head, debit, 10])
            cursor.execute(ROW, [head, credit, -10])

    return act


def psycopg_one(*, seed: int) -> Act:
    """Header and rows in one statement, one round trip, prepared."""
    dice, accounts = random.Random(seed), _accounts()
    plain = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)

    def act(number: int) -> None:
        debit, credit = dice.sample(accounts, 2)
        plain.execute(ONE, [f"{seed}:{number}", "payment", ON, AT, ACTOR, WORDS, debit, 10, credit, -10])

    return act


def _accounts() -> list[int]:
    with psycopg.connect(os.environ["DATABASE_URL"]) as plain:
        return [number for (number,) in plain.execute("SELECT id FROM bench_account").fetchall()]


CONTENDERS: Final[dict[str, Callable[..., Act]]] = {
    "ours": ours,
    "orm": orm,
    "psycopg_three": psycopg_three,
    "psycopg_one": psycopg_one,
}

if __name__ == "__main__":
    connection.close()
    serve(CONTENDERS[sys.argv[1]])
