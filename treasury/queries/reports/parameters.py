"""What a report can be asked for: the funds and the accounts of a book."""

from __future__ import annotations

from ledger import queries as ledger
from ledger.models import Account, Book
from ledger.states import AccountType


def funds_of(book: Book) -> list[str]:
    """List the funds that a book has used, the general money left out."""
    return sorted({row.fund for row in ledger.totals_by_fund(book=book)} - {""})


def accounts_of(book: Book, controls_of: AccountType | None = None) -> list[Account]:
    """List the accounts of a book by code; only control accounts of a type, where one is given."""
    accounts = Account.objects.filter(book=book).order_by("code")
    return list(accounts if controls_of is None else accounts.filter(is_control=True, type=controls_of.value))
