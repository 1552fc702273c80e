"""The first things a process does: the rows it needs, what an earlier process left half done, the webhook thread."""

import json
import os

from standin import clock
from standin.models import Account, IdempotencyRecord, Knobs
from standin.store import writing
from standin.webhooks import delivery

PLATFORM_ACCOUNT_ID = "acct_practiceplatform"


def begin() -> None:
    """Make the rows that must exist, and start posting webhooks."""
    make_first_rows()
    delivery.start()


def make_first_rows() -> None:
    """Make the knobs and the accounts named at the start; forget keys left in use by a crash."""
    with writing():
        if not Knobs.objects.exists():
            Knobs.as_started().save(force_insert=True)
        Account.objects.get_or_create(
            id=PLATFORM_ACCOUNT_ID, defaults={"name": "The platform", "created": clock.now(), "is_platform": True}
        )
        for account_id, name in json.loads(os.environ.get("STANDIN_ACCOUNTS", "{}")).items():
            Account.objects.get_or_create(id=account_id, defaults={"name": name, "created": clock.now()})
        # Only one process serves the database, so a request without an answer now belongs to a process that has died.
        IdempotencyRecord.objects.filter(status=None).delete()
