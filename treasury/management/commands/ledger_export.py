"""Write the journal of a book to a file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger import queries as ledger
from treasury.exports import Audience
from treasury.operations import JournalFormat, save_journal, write_journal


class Command(BaseCommand):
    """`ledger_export --book SLUG --format plaintext|csv --out FILE [--json]`."""

    help = "Write the journal of a book: plain text for hledger, ledger and beancount, or CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take book, format, file, whether to say what it holds, and, for CSV, who will read it."""
        parser.add_argument("--book", required=True, help="slug of the book")
        parser.add_argument("--format", required=True, choices=("plaintext", "csv"))
        parser.add_argument("--out", required=True, type=Path, help="file to write, or - for standard output")
        parser.add_argument("--audience", choices=[one.value for one in Audience], default=Audience.MACHINE.value)
        parser.add_argument("--json", action="store_true", help="print what the file holds: counts, totals, SHA-256")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the file."""
        try:
            book = ledger.get_book_by_slug(slug=options["book"])
        except ledger.BookMissing as missing:
            raise CommandError(f"There is no book {options['book']!r}.") from missing
        shape = JournalFormat.CSV if options["format"] == "csv" else JournalFormat.PLAINTEXT
        audience = Audience(options["audience"])
        out: Path = options["out"]
        if str(out) == "-":
            for line in write_journal(book=book, shape=shape, audience=audience):
                self.stdout.write(line, ending="")
            return
        with out.open("wb") as file:
            manifest = save_journal(book=book, shape=shape, audience=audience, out=file)
        if options["json"]:
            self.stdout.write(json.dumps({"file": str(out), **manifest}))
