"""Work out every derived figure, every content hash and every link of the chains again."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.patience import no_time_limit
from ledger.invariants import INVARIANTS
from ledger.models import Book, Entry, Hold
from ledger.queries.published import HeadUnreadable, find_foreign_heads, read_heads
from ledger.queries.replay import find_altered_entries, find_broken_links

PUBLISHED: Final = "published"
"""The name of the comparison with published heads, beside the codes of the invariants."""

_MOST_LINES: Final = 1_000
_REPLAYS: Final = {"LED-10": find_altered_entries, "LED-11": find_broken_links}
_PLACE: Final = re.compile(r"(?P<book>\S+) no\. (?P<seq>[0-9]+)")


class Command(BaseCommand):
    """`ledger_verify [--book SLUG] [--anchors FILE] [--json]`: exit 0, or name what is wrong and exit 1."""

    help = "Recompute content hashes, chains and derived figures, and compare."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a book, a file of published heads, and the form of the answer."""
        parser.add_argument("--book", help="only this one, by slug")
        parser.add_argument("--anchors", type=Path, help="file of published heads: lines of book, number and hash")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run every check of the ledger."""
        book: str | None = options["book"]
        if book is not None and not Book.objects.filter(slug=book).exists():
            raise CommandError(f"There is no book {book!r}.")
        with no_time_limit():
            found = _check(book)
        if options["anchors"]:
            found[PUBLISHED] = _compare(options["anchors"], book)
        first = _first_of(found)
        count = sum(len(lines) for lines in found.values())
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not count, "first": first, "checks": found}, indent=2))
        else:
            self._print(found, first)
        if count:
            raise CommandError(f"{count} problems in the books.")

    def _print(self, found: dict[str, list[str]], first: str | None) -> None:
        if first:
            self.stdout.write(f"First: {first}")
        statements = {one.code: one.statement for one in INVARIANTS}
        statements[PUBLISHED] = "Every head in the file is a link of its book's chain."
        for code, lines in found.items():
            self.stdout.write(f"{code} {'BROKEN' if lines else 'ok'}: {statements[code]}")
            for line in lines:
                self.stdout.write(f"    {line}")


def _check(book: str | None) -> dict[str, list[str]]:
    """List what breaks each invariant, at most a thousand lines of each; of one book when it is named."""
    found = {}
    for one in INVARIANTS:
        replay = _REPLAYS.get(one.code)
        lines = replay(book=book) if replay else _about(book, one.find_violations())
        found[one.code] = list(islice(lines, _MOST_LINES))
    return found


def _about(book: str | None, lines: Iterable[str]) -> Iterator[str]:
    """Leave out what is said of other books: a line begins with a book, or with an entry or hold of one.

    What names neither, such as a missing guard, concerns all books.
    """
    for line in lines:
        name = re.split(r"[:/ ]", line, maxsplit=1)[0]
        if book is None or (_book_of(name) or book) == book:
            yield line


def _book_of(name: str) -> str | None:
    """Find the book that a finding's first word is, or belongs to."""
    if Book.objects.filter(slug=name).exists():
        return name
    for model in (Entry, Hold):
        found = model.objects.filter(public_id=name).values_list("book__slug", flat=True).first()
        if found:
            return str(found)
    return None


def _compare(path: Path, book: str | None) -> list[str]:
    try:
        with path.open(encoding="utf-8") as file:
            heads = (head for head in read_heads(file) if book in {None, head.book})
            return list(islice(find_foreign_heads(heads), _MOST_LINES))
    except (OSError, UnicodeDecodeError, HeadUnreadable) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error


def _first_of(found: dict[str, list[str]]) -> str | None:
    """Name the bad entry that comes first in its chain; without one, the first finding there is."""
    lines = [line for lines in found.values() for line in lines]
    places = [(match["book"], int(match["seq"]), line) for line in lines if (match := _PLACE.match(line))]
    return min(places)[2] if places else next(iter(lines), None)
