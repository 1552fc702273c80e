"""Take a prior system's journal, or opening balances, from CSV into a book."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from foundation import clock
from foundation.models import StoredFile
from ledger import queries as ledger
from people.models import Organisation
from treasury.arithmetic.imports import DateOrder, ImportKind, ImportOptions
from treasury.operations.imports import import_journals, keep_file, refusal
from treasury.queries.imports import ImportPreview, check_import

ACTOR = "system:ledger_import_journal"


class Command(BaseCommand):
    """`ledger_import_journal --book SLUG --file FILE [--opening-on DAY] [--check] ...`."""

    help = "Post every journal of a CSV file, or list what is wrong by line and post nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take book, files, and how to read them."""
        parser.add_argument("--book", required=True, help="slug of the book")
        parser.add_argument("--file", required=True, type=Path, help="journals, or opening balances, as CSV")
        parser.add_argument("--mapping", type=Path, help="table of codes as CSV: external, account")
        parser.add_argument("--dates", choices=[one.value for one in DateOrder], default=DateOrder.ISO.value)
        parser.add_argument("--commas", action="store_true", help="take commas between thousands")
        parser.add_argument("--opening-on", type=date.fromisoformat, help="it holds opening balances of this day")
        parser.add_argument("--suspense", default="", help="account that takes what opening balances differ by")
        parser.add_argument("--check", action="store_true", help="only look; post nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check the file, and post it unless told not to."""
        try:
            book = ledger.get_book_by_slug(slug=options["book"])
            organisation = Organisation.objects.get(public_id=book.organisation)
            content = options["file"].read_bytes()
            mapping = options["mapping"].read_bytes() if options["mapping"] else None
        except ledger.BookMissing as missing:
            raise CommandError(f"There is no book {options['book']!r}.") from missing
        except Organisation.DoesNotExist as missing:
            raise CommandError("The book belongs to no organisation here.") from missing
        except OSError as error:
            raise CommandError(str(error)) from error
        kind = ImportKind.OPENING if options["opening_on"] else ImportKind.JOURNALS
        how = ImportOptions(
            kind, DateOrder(options["dates"]), options["commas"], options["opening_on"], options["suspense"]
        )
        preview = check_import(book=book, content=content, options=how, mapping_content=mapping)
        self._say(preview, as_json=options["json"])
        if preview.problems:
            raise CommandError(refusal(preview).message)
        if options["check"] or preview.earlier:
            return
        try:
            at = clock.now()
            files: list[StoredFile | None] = [
                keep_file(organisation=organisation, content=one, name=path.name, at=at) if one else None
                for one, path in ((content, options["file"]), (mapping, options["mapping"] or options["file"]))
            ]
            assert files[0] is not None, "an empty file has problems"
            import_journals(
                book=book,
                organisation=organisation,
                file=files[0],
                mapping_file=files[1],
                options=how,
                actor=ACTOR,
                at=at,
            )
        except DomainError as refused:
            raise CommandError(refused.message) from refused

    def _say(self, preview: ImportPreview, *, as_json: bool) -> None:
        facts = {
            "ok": not preview.problems,
            "sha256": preview.sha256,
            "rows": preview.rows,
            "journals": len(preview.journals),
            "already_imported": preview.earlier is not None,
            "problems": [one._asdict() for one in preview.problems],
        }
        if as_json:
            self.stdout.write(json.dumps(facts, indent=2))
            return
        for one in preview.problems:
            self.stdout.write(f"line {one.line}: {one.problem}")
        if preview.earlier:
            self.stdout.write("This file is in the book already; nothing was added.")
        else:
            self.stdout.write(f"{preview.rows} rows, {len(preview.journals)} journals")
