"""Write a book as a log from which it can be made again."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger import queries
from ledger.queries.logs import save_log


class Command(BaseCommand):
    """`ledger_log --book SLUG --out FILE [--json]`."""

    help = "Write a book as a log: one line of JSON for each fact, to be read back by ledger_import_log."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take book and file."""
        parser.add_argument("--book", required=True, help="slug of the book")
        parser.add_argument("--out", required=True, type=Path, help="file to write")
        parser.add_argument("--json", action="store_true", help="print what the log holds")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the file."""
        try:
            book = queries.get_book_by_slug(slug=options["book"])
        except queries.BookMissing as missing:
            raise CommandError(f"There is no book {options['book']!r}.") from missing
        out: Path = options["out"]
        with out.open("w", encoding="utf-8", newline="") as file:
            facts = save_log(book=book, out=file)
        if options["json"]:
            self.stdout.write(json.dumps({"book": book.slug, "file": str(out), **facts}))
