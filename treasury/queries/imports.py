"""What a file would bring into a book, and what was brought in before."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import NotFound
from core.money import format_pounds
from foundation.models import StoredFile
from ledger.models import Account, Book, Entry
from ledger.queries.limits import changes_by_side, find_exceeded
from treasury.arithmetic.imports import (
    MOST_PROBLEMS,
    AccountFacts,
    BookFacts,
    ImportedJournal,
    ImportKind,
    ImportOptions,
    Problem,
    Reading,
    read_journals,
    read_mapping,
)
from treasury.models import JournalImport

IMPORTED: Final = "imported_journal"
OPENED: Final = "opening_balances"


class ImportMissing(NotFound):
    """There is no such import, or no such file."""

    code = "treasury.import_missing"


@dataclass(frozen=True, slots=True)
class AccountTotal:
    """What a file would debit and credit to an account, in minor units."""

    code: str
    name: str
    currency: str
    debit: int
    credit: int


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """A file as it was read, before anything is posted."""

    sha256: str
    rows: int
    journals: list[ImportedJournal]
    totals: list[AccountTotal]
    problems: list[Problem]
    earlier: JournalImport | None

    @property
    def sums(self) -> list[tuple[str, int, int]]:
        """Debits and credits of each currency, in minor units."""
        found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for one in self.totals:
            found[one.currency][0] += one.debit
            found[one.currency][1] += one.credit
        return [(currency, debit, credit) for currency, (debit, credit) in sorted(found.items())]


def check_import(
    *, book: Book, content: bytes, options: ImportOptions, mapping_content: bytes | None = None
) -> ImportPreview:
    """Read a file and say what it would bring into a book. Nothing is stored and nothing posted.

    Args:
        book: Into which.
        content: The whole file.
        options: How to read it.
        mapping_content: A table from the codes of another system to ours, if there is one.
    """
    digest = file_digest(content)
    earlier = JournalImport.objects.filter(book=book, sha256=digest).select_related("file").first()
    accounts = _accounts_of(book)
    mapping, problems = read_mapping(mapping_content) if mapping_content else ({}, [])
    problems = [Problem(one.line, _("table of codes: %(problem)s") % {"problem": one.problem}) for one in problems]
    problems += [
        Problem(0, _("table of codes: the book has no account %(code)s") % {"code": code})
        for code in sorted(set(mapping.values()) - accounts.keys())
    ]
    problems += _wrong_options(options, accounts)
    reading = Reading()
    if not problems:
        reading = read_journals(content, options=options, book=BookFacts(accounts, book.locked_through, mapping))
        problems = [*reading.problems, *_posted_before(book, digest, reading)]
        # Sums say something only of a file that can be posted as a whole.
        problems = problems or _past_limits(book, reading.journals)
    names = {code: (facts.name, facts.currency) for code, facts in accounts.items()}
    return ImportPreview(
        sha256=digest,
        rows=reading.rows,
        journals=[] if problems else reading.journals,
        totals=[AccountTotal(code, *names[code], *sums) for code, sums in reading.totals().items()],
        problems=problems[:MOST_PROBLEMS],
        earlier=earlier,
    )


def file_digest(content: bytes) -> str:
    """Hash a file, as its import is known by."""
    return hashlib.sha256(content).hexdigest()


def imports_of(*, book: Book) -> list[JournalImport]:
    """List the files that were taken into a book, the newest first."""
    return list(JournalImport.objects.filter(book=book).select_related("file")[:100])


def get_import(*, book: Book, public_id: str) -> JournalImport:
    """Return one import of a book.

    Raises:
        ImportMissing: there is none.
    """
    found = JournalImport.objects.filter(book=book, public_id=public_id).select_related("file", "mapping_file").first()
    if found is None:
        raise ImportMissing(_("There is no such import."), id=public_id)
    return found


def entries_of(row: JournalImport) -> QuerySet[Entry]:
    """Give the entries of an import in the order of their dates, each with its words."""
    found = Entry.objects.filter(book=row.book_id, batch=batch_of(row.sha256)).select_related("narration")
    return found.order_by("effective_on", "id")


def get_import_file(*, organisation: str, public_id: str) -> StoredFile:
    """Return a file that an organisation's officer has handed in.

    Raises:
        ImportMissing: there is none.
    """
    found = StoredFile.objects.filter(organisation=organisation, public_id=public_id, media_type="text/csv").first()
    if found is None:
        raise ImportMissing(_("There is no such file. Please choose it again."), id=public_id)
    return found


def _accounts_of(book: Book) -> dict[str, AccountFacts]:
    return {
        one.code: AccountFacts(
            one.name, one.currency, one.is_control, one.closure.closed_on if hasattr(one, "closure") else None
        )
        for one in Account.objects.filter(book=book).select_related("closure").order_by("code")
    }


def _wrong_options(options: ImportOptions, accounts: dict[str, AccountFacts]) -> list[Problem]:
    problems = []
    if (options.kind is ImportKind.OPENING) != (options.opening_on is not None):
        problems.append(Problem(0, _("opening balances, and only they, need the day on which your own books begin")))
    suspense = accounts.get(options.suspense)
    if options.suspense and (suspense is None or suspense.is_control):
        problems.append(Problem(0, _("the account for differences is none of the book, or is kept by owners")))
    return problems


def _posted_before(book: Book, digest: str, reading: Reading) -> list[Problem]:
    """List journals that came in before with another file: a file that was put right must not be posted beside it."""
    lines = {one.reference: one.line for one in reading.journals}
    before = Entry.objects.filter(book=book, kind__in=(IMPORTED, OPENED), reason__in=lines, reversed_by=None)
    found = before.exclude(batch=batch_of(digest)).values_list("reason", "public_id")
    text = _("%(reference)s was imported before, with another file, as entry %(entry)s; reverse that first")
    return [
        Problem(lines[reference], text % {"reference": reference, "entry": entry}) for reference, entry in sorted(found)
    ]


def _past_limits(book: Book, journals: list[ImportedJournal]) -> list[Problem]:
    """List what the file as a whole would take below a floor or above a ceiling, at the last line that moves it."""
    found = find_exceeded(book=book, lines=[line for journal in journals for line in journal.lines])
    if not found:
        return []
    lines = {side: journal.line for journal in journals for side in changes_by_side(journal.lines)}
    problems = []
    for one in found:
        text = _("account %(account)s holds %(before)s, and the file would make it %(after)s, past its limit")
        if one.owner:
            text = _("account %(account)s holds %(before)s for %(owner)s, and the file would make it %(after)s")
        words = {
            "account": str(one.account),
            "owner": one.owner,
            "before": format_pounds(one.before, one.account.currency),
            "after": format_pounds(one.after, one.account.currency),
        }
        problems.append(Problem(lines[one.account.code, one.owner], text % words))
    return sorted(problems)


def batch_of(digest: str) -> str:
    """Name the entries of a file."""
    return f"import:{digest}"
