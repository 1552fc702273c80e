"""One plain-text journal that hledger, ledger and beancount all read, to the same balances.

What each program takes differs, so the file keeps to what all three share: five root accounts, names of letters, digits
and hyphens, explicit amounts, two spaces before an amount, and remarks on lines of their own. It has neither balance
assertions nor `open` lines, which differ; for beancount, `docs/treasury.md` shows the four lines that go around it.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from documents.exports.text import plain_amount, safe_for_programs
from ledger.models import Book
from ledger.queries.records import AccountName, Record, RecordLine
from ledger.states import JOURNAL_ROOTS, AccountType

# In a header: quotes end a string, a semicolon begins a comment even inside quotes (hledger), a pipe parts payee and
# note, a backslash escapes (beancount).
_HEADER_STOPS: Final = re.compile(r'["“”;|\\\\]+')
# In a remark: brackets and colons make tags and dates in ledger, a comma ends a tag in hledger.
_REMARK_STOPS: Final = re.compile(r"[^0-9A-Za-z_./ -]+")


def plaintext_journal(records: Iterable[Record], *, book: Book) -> Iterator[str]:
    """Write the journal. The same entries give the same bytes; each amount names its own currency.

    Args:
        records: Entries in order of date, from `ledger.queries.records`.
        book: Whose journal it is.
    """
    yield f"; Journal of the book {_remark(book.slug)} in {book.currency}\n"
    for record in records:
        head = f'\n{record.effective_on.isoformat()} * "{_header(record.kind)}" "{_header(record.narration or "")}"\n'
        yield "".join((head, *_remarks(record), *(part for line in record.lines for part in _postings(line))))


def _remarks(record: Record) -> Iterator[str]:
    facts = (
        ("entry", record.public_id),
        ("source", record.source),
        ("reason", record.reason),
        ("batch", record.batch),
        ("reverses", record.reverses),
    )
    for name, value in facts:
        if value:
            yield f"  ; {name}: {_remark(value)}\n"


def _postings(line: RecordLine) -> Iterator[str]:
    content = line.content
    sides = (
        (line.debit, content.debit_owner, content.amount),
        (line.credit, content.credit_owner, -content.amount),
    )
    for account, owner, amount in sides:
        yield f"  {_journal_name(account)}  {plain_amount(amount)} {content.currency}\n"
        if owner:
            yield f"    ; owner: {_remark(owner)}\n"
        if content.fund:
            yield f"    ; fund: {_remark(content.fund)}\n"


@lru_cache(4_096)
def _journal_name(account: AccountName) -> str:
    return f"{JOURNAL_ROOTS[AccountType(account.type)]}:{account.code}-{account.name}"


@lru_cache(4_096)
def _header(text: str) -> str:
    return " ".join(_HEADER_STOPS.sub(" ", safe_for_programs(text)).split())


@lru_cache(4_096)
def _remark(text: str) -> str:
    return " ".join(_REMARK_STOPS.sub("-", safe_for_programs(text)).split())
