"""Make a book from a log."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from ledger import operations


class Command(BaseCommand):
    """`ledger_import_log --file FILE --organisation REF [--json]`: all of it, or nothing and exit 1."""

    help = "Make a book from a log that ledger_log wrote, with the same ids, times, hashes and figures."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, and whose book it becomes."""
        parser.add_argument("--file", required=True, type=Path, help="the log")
        parser.add_argument("--organisation", required=True, help="public id of whose book it becomes")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make the book, or list what is wrong by line."""
        path: Path = options["file"]
        try:
            with path.open(encoding="utf-8", newline="\n") as log:
                facts = operations.import_log(log=log, organisation=options["organisation"])
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error}") from error
        except DomainError as refused:
            problems = refused.facts.get("problems") or [
                {"line": refused.facts.get("line", 0), "problem": refused.message}
            ]
            if options["json"]:
                self.stdout.write(json.dumps({"ok": False, "code": refused.code, "problems": problems}, indent=2))
            else:
                for one in problems:
                    self.stdout.write(f"line {one['line']}: {one['problem']}")
            raise CommandError(refused.message) from refused
        if options["json"]:
            self.stdout.write(json.dumps({"ok": True, **facts}))
        else:
            self.stdout.write(f"{facts['entries']} entries, head no. {facts['head_seq']} {facts['head_hash']}")
