"""What a statement and an entry show, with owners in words."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from foundation.owners import OwnerLabel, find_owner_labels, find_source
from ledger import queries as ledger
from ledger.models import Book, Entry, Seal
from ledger.queries import Place, Statement

PAGE: Final = 100
FIRST_DAY: Final = date.min
DAY_AFTER_ALL: Final = date.max


@dataclass(frozen=True, slots=True)
class StatementPage:
    """A page of one account, and the labels of the owners on it."""

    statement: Statement
    owners: dict[str, OwnerLabel]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry, the labels of its owners and of what it comes from, and its place in the chain once it is sealed.

    An entry over several currencies has no total, and `currency` is empty.
    """

    entry: Entry
    owners: dict[str, OwnerLabel]
    source: OwnerLabel | None
    debit: int
    currency: str
    seal: Seal | None


def get_statement_page(
    *,
    book: Book,
    code: str,
    owner: str | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
    after: Place | None = None,
) -> StatementPage:
    """Give a page of an account's statement.

    Args:
        book: Whose account.
        code: The account.
        owner: Only this owner's part.
        from_on: First day that counts.
        until_on: First day that no longer counts.
        after: Continue after this place.

    Raises:
        UnknownAccountCode: the book has no such account.
    """
    statement = ledger.movements(
        book=book,
        code=code,
        owner=owner,
        from_on=from_on or FIRST_DAY,
        until_on=until_on or DAY_AFTER_ALL,
        after=after,
        limit=PAGE,
    )
    named = {one.owner for one in statement.movements} | {one.other_owner for one in statement.movements}
    return StatementPage(statement, find_owner_labels(named | {owner or ""}))


def get_entry_page(*, book: Book, public_id: str) -> EntryPage:
    """Give an entry with its transfers, and what its references mean.

    Raises:
        EntryMissing: the book has no such entry.
    """
    entry = ledger.get_entry(book=book, public_id=public_id)
    transfers = list(entry.transfers.all())
    owners = {one.debit_owner for one in transfers} | {one.credit_owner for one in transfers}
    labels = find_owner_labels(owners)
    currencies = {one.currency for one in transfers}
    return EntryPage(
        entry=entry,
        owners=labels,
        source=find_source(entry.source) if entry.source else None,
        debit=sum(one.amount for one in transfers),
        currency=currencies.pop() if len(currencies) == 1 else "",
        seal=Seal.objects.filter(entry=entry).first(),
    )
