"""Write the journal of a book to a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger import queries as ledger
from treasury.exports import Audience
from treasury.operations import JournalFormat, write_journal


class Command(BaseCommand):
    """`ledger_export --book SLUG --format plaintext|csv --out FILE`."""

    help = "Write the journal of a book: plain text for hledger, ledger and beancount, or CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take book, format, file and, for CSV, who will read it."""
        parser.add_argument("--book", required=True, help="slug of the book")
        parser.add_argument("--format", required=True, choices=("plaintext", "csv"))
        parser.add_argument("--out", required=True, type=Path, help="file to write, or - for standard output")
        parser.add_argument("--audience", choices=[one.value for one in Audience], default=Audience.MACHINE.value)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the file."""
        try:
            book = ledger.get_book_by_slug(slug=options["book"])
        except ledger.BookMissing as missing:
            raise CommandError(f"There is no book {options['book']!r}.") from missing
        shape = JournalFormat.CSV if options["format"] == "csv" else JournalFormat.PLAINTEXT
        lines = write_journal(book=book, shape=shape, audience=Audience(options["audience"]))
        out: Path = options["out"]
        if str(out) == "-":
            for line in lines:
                self.stdout.write(line, ending="")
            return
        # CSV carries its own line ends.
        with out.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
