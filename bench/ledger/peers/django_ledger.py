"""django-ledger on the same server. Usage: python -m bench.ledger.peers.django_ledger URL (prepare | post)."""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime
from decimal import Decimal

import dj_database_url
import django
from django.conf import settings
from django.core.management import call_command

settings.configure(
    DATABASES={"default": dj_database_url.parse(sys.argv[1])},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django_ledger",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    ROOT_URLCONF="django_ledger.urls",
    SECRET_KEY="of the benchmark",
    DJANGO_LEDGER_USE_DEPRECATED_BEHAVIOR=False,
    USE_TZ=True,
)
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection  # noqa: E402
from django_ledger.io.roles import ASSET_CA_CASH  # noqa: E402
from django_ledger.models import EntityModel  # noqa: E402

from bench.ledger.host import Act, serve  # noqa: E402

# Its accounts are a tree whose writing slows with their number, so it gets a tenth of what the others have.
ACCOUNTS = 20
ON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def prepare() -> None:
    """Make the tables, an entity, its chart and a ledger."""
    call_command("migrate", verbosity=0)
    owner = get_user_model().objects.create_user("bench")
    entity = EntityModel.create_entity(name="Bench", use_accrual_method=True, admin=owner, fy_start_month=1)
    entity.create_chart_of_accounts(assign_as_default=True, commit=True, coa_name="Chart")
    for number in range(ACCOUNTS):
        entity.create_account(
            code=f"{1000 + number}", role=ASSET_CA_CASH, name=f"Account {number}", balance_type="debit", active=True
        )
    entity.create_ledger(name="Bench", posted=True)


def make_client(seed: int) -> Act:
    """Give a client that posts a journal entry of two lines through the documented call."""
    dice = random.Random(seed)
    entity = EntityModel.objects.get()
    ledger = entity.ledgermodel_set.get()
    accounts = list(entity.default_coa.accountmodel_set.filter(code__startswith="10"))

    def act(_number: int) -> None:
        giver, taker = dice.sample(accounts, 2)
        entity.commit_txs(
            je_timestamp=ON,
            je_txs=[
                {"account": taker, "tx_type": "debit", "amount": Decimal(10), "description": "words"},
                {"account": giver, "tx_type": "credit", "amount": Decimal(10), "description": "words"},
            ],
            je_posted=True,
            je_ledger_model=ledger,
            je_desc="words for people",
        )

    return act


if __name__ == "__main__":
    if sys.argv[2] == "prepare":
        prepare()
    else:
        connection.close()
        serve(make_client)
