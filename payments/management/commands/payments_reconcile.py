"""Compare every account with the provider's own statement, now."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from foundation import clock
from payments import operations
from payments.models import ProviderAccount


class Command(BaseCommand):
    """`payments_reconcile [--account acct_...] [--no-grace] [--json]`; exit 1 when a line stays unexplained."""

    help = "Copy the statement of each account at the payment provider, book what no message told of, and compare."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say which accounts, and how strictly."""
        parser.add_argument("--account", default="", help="only this account (acct_...)")
        parser.add_argument("--no-grace", action="store_true", help="book even lines of the last few minutes")
        parser.add_argument("--json", action="store_true", help="print one JSON object for each account")

    def handle(self, *_: Any, **options: Any) -> None:
        """Compare."""
        accounts = ProviderAccount.objects.order_by("pk")
        if options["account"]:
            accounts = accounts.filter(account_id=options["account"])
        unexplained = 0
        for account in accounts:
            grace = {"grace": timedelta(0)} if options["no_grace"] else {}
            found = operations.reconcile_account(account_id=account.pk, at=clock.now(), **grace)
            unexplained += found.unexplained
            facts = {"account": account.account_id, **asdict(found)}
            self.stdout.write(json.dumps(facts) if options["json"] else self._line(facts))
        if unexplained:
            raise SystemExit(1)

    def _line(self, facts: dict[str, Any]) -> str:
        return "{account}: {lines} lines, {healed} booked late, {unexplained} unexplained".format(**facts)
