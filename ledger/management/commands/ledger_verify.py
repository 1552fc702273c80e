"""Work out every derived figure and every content hash again."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.invariants import INVARIANTS


class Command(BaseCommand):
    """Exit 0 and say nothing is wrong, or list what is and exit 1."""

    help = "Recompute content hashes and derived figures of all books, and compare."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--json`."""
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run every check of the ledger."""
        found = {one.code: list(one.find_violations()) for one in INVARIANTS}
        problems = [line for lines in found.values() for line in lines]
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not problems, "checks": found}, indent=2))
        else:
            for one in INVARIANTS:
                self.stdout.write(f"{one.code} {'ok' if not found[one.code] else 'BROKEN'}: {one.statement}")
                for line in found[one.code]:
                    self.stdout.write(f"    {line}")
        if problems:
            raise CommandError(f"{len(problems)} problems in the books.")
