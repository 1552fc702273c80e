"""Print the trial balance of a book."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger import queries as ledger
from treasury.exports.trial_balance import trial_balance_facts


class Command(BaseCommand):
    """`trial_balance --book SLUG [--on YYYY-MM-DD] [--json]`."""

    help = "Print the trial balance of a book."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take book, day and form."""
        parser.add_argument("--book", required=True, help="slug of the book")
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="at the end of this day (YYYY-MM-DD)")
        parser.add_argument("--json", action="store_true", help="print as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print it."""
        try:
            book = ledger.get_book_by_slug(slug=options["book"])
        except ledger.BookMissing as missing:
            raise CommandError(f"There is no book {options['book']!r}.") from missing
        rows = ledger.trial_balance(book=book, on=options["on"])
        facts = trial_balance_facts(rows, book=book, on=options["on"])
        if options["json"]:
            self.stdout.write(json.dumps(facts, indent=2))
            return
        line = "{code:<8} {name:<32} {debit:>16} {credit:>16}"
        for account in facts["accounts"]:
            self.stdout.write(line.format(**account))
        total = {"code": "", "name": "Total", "debit": facts["debit"], "credit": facts["credit"]}
        self.stdout.write(line.format(**total))
