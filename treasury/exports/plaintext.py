"""One plain-text journal that hledger, ledger and beancount all read, to the same balances.

What each program takes differs, so the file keeps to what all three share: five root accounts, names of letters, digits
and hyphens, explicit amounts, two spaces before an amount, and remarks on lines of their own. It has neither balance
assertions nor `open` lines, which differ; for beancount, `docs/treasury.md` shows the four lines that go around it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ledger.models import Book, Entry, Transfer
from treasury.exports.text import plain_amount, safe_for_programs

# In a header: quotes end a string, a semicolon begins a comment even inside quotes (hledger), a pipe parts payee and
# note, a backslash escapes (beancount).
_HEADER_STOPS: Final = re.compile(r'["“”;|\\\\]+')
# In a remark: brackets and colons make tags and dates in ledger, a comma ends a tag in hledger.
_REMARK_STOPS: Final = re.compile(r"[^0-9A-Za-z_./ -]+")


def plaintext_journal(entries: Iterable[Entry], *, book: Book) -> Iterator[str]:
    """Write the journal. The same entries give the same bytes.

    Args:
        entries: In order of date, each with its transfers, accounts and words.
        book: Whose journal it is.
    """
    yield f"; Journal of the book {_remark(book.slug)} in {book.currency}\n"
    for entry in entries:
        narration = getattr(entry, "narration", None)
        words = _header(narration.text if narration else "")
        yield f'\n{entry.effective_on.isoformat()} * "{_header(entry.kind)}" "{words}"\n'
        yield from _remarks(entry)
        for transfer in entry.transfers.all():
            yield from _postings(transfer)


def _remarks(entry: Entry) -> Iterator[str]:
    facts = (
        ("entry", entry.public_id),
        ("source", entry.source),
        ("reason", entry.reason),
        ("batch", entry.batch),
        ("reverses", entry.reverses.public_id if entry.reverses else ""),
    )
    for name, value in facts:
        if value:
            yield f"  ; {name}: {_remark(value)}\n"


def _postings(transfer: Transfer) -> Iterator[str]:
    sides = (
        (transfer.debit_account, transfer.debit_owner, transfer.amount),
        (transfer.credit_account, transfer.credit_owner, -transfer.amount),
    )
    for account, owner, amount in sides:
        yield f"  {account.journal_name}  {plain_amount(amount)} {transfer.currency}\n"
        if owner:
            yield f"    ; owner: {_remark(owner)}\n"
        if transfer.fund:
            yield f"    ; fund: {_remark(transfer.fund)}\n"


def _header(text: str) -> str:
    return " ".join(_HEADER_STOPS.sub(" ", safe_for_programs(text)).split())


def _remark(text: str) -> str:
    return " ".join(_REMARK_STOPS.sub("-", safe_for_programs(text)).split())
