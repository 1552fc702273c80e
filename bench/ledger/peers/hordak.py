"""django-hordak on the same server.

Usage: python -m bench.ledger.peers.hordak URL (prepare | post | read MOVEMENTS).
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

import dj_database_url
import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

settings.configure(
    DATABASES={"default": dj_database_url.parse(sys.argv[1])},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "mptt", "djmoney", "hordak"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    CURRENCIES=["GBP"],
    DEFAULT_CURRENCY="GBP",
    HORDAK_INTERNAL_CURRENCY="GBP",
    USE_TZ=True,
)
django.setup()

from django.db import transaction  # noqa: E402
from hordak.models import Account, AccountType, Leg, Transaction  # noqa: E402
from moneyed import Money  # noqa: E402

from bench.ledger.host import Act, serve  # noqa: E402

ACCOUNTS = 200
FIRST = date(2024, 1, 1)
DAYS = 731
ROUNDS = 5


def prepare() -> None:
    """Make the tables and as many accounts as every contender has."""
    call_command("migrate", verbosity=0)
    for number in range(ACCOUNTS):
        Account.objects.create(name=f"Account {number}", type=AccountType.asset, currencies=["GBP"])


def make_client(seed: int) -> Act:
    """Give a client that moves money between two accounts in the documented way."""
    dice = random.Random(seed)
    accounts = list(Account.objects.all())

    def act(_number: int) -> None:
        giver, taker = dice.sample(accounts, 2)
        with transaction.atomic():
            entry = Transaction.objects.create(description="words for people", date=FIRST)
            Leg.objects.create(transaction=entry, account=taker, debit=Money(10, "GBP"))
            Leg.objects.create(transaction=entry, account=giver, credit=Money(10, "GBP"))

    return act


def read(movements: int) -> dict[str, float]:
    """Fill the tables with so many transactions in all, and time the reads (median seconds)."""
    _fill(movements)
    account = Account.objects.order_by("pk")[0]
    day = FIRST + timedelta(days=DAYS - 40)
    acts: dict[str, Callable[[], object]] = {
        "balance": lambda: account.get_balance(as_of=day),
        "statement": lambda: list(
            account.legs.filter(transaction__date__lte=day)
            .with_account_balance_after()
            .select_related("transaction")
            .order_by("-transaction__date", "-pk")[:100]
        ),
        "trial_balance": lambda: list(Account.objects.with_balances(as_of=day)),
    }
    return {name: _median(act) for name, act in acts.items()}


def _fill(movements: int) -> None:
    # Straight into the tables with the triggers aside (they check, they write nothing): only reading is measured.
    have = Transaction.objects.count()
    accounts = list(Account.objects.order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "WITH made AS (INSERT INTO hordak_transaction (uuid, timestamp, date, description)"
            " SELECT gen_random_uuid(), now(), %s::date + n %% %s, 'words' FROM generate_series(%s, %s) n RETURNING id)"
            " INSERT INTO hordak_leg"
            "  (uuid, transaction_id, account_id, debit, credit, currency, description)"
            " SELECT gen_random_uuid(), id, (%s::int[])[1 + (id * side.step) %% %s],"
            "  CASE WHEN side.step = 1 THEN 10 END, CASE WHEN side.step = 7 THEN 10 END, 'GBP', ''"
            " FROM made CROSS JOIN (VALUES (1), (7)) AS side (step)",
            [FIRST, DAYS, have + 1, movements, accounts, len(accounts)],
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE hordak_leg, hordak_transaction")


def _median(act: Callable[[], object]) -> float:
    act()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


if __name__ == "__main__":
    order = sys.argv[2]
    if order == "prepare":
        prepare()
    elif order == "post":
        connection.close()
        serve(make_client)
    else:
        print(json.dumps(read(int(sys.argv[3]))))
