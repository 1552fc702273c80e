"""Which books there are, and the trial balance of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from moneyed import Money

from core.money import from_minor
from foundation.access import Actor
from ledger import queries as ledger
from ledger.models import Book


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """A book on a day in one currency: the accounts that were used, and the sums of the columns, in minor units."""

    book: Book
    on: date | None
    currency: str
    rows: list[ledger.TrialBalanceRow]

    @property
    def debit(self) -> Money:
        """The sum of the debit column."""
        return from_minor(sum(row.debit for row in self.rows), self.currency)

    @property
    def credit(self) -> Money:
        """The sum of the credit column."""
        return from_minor(sum(row.credit for row in self.rows), self.currency)


def books_of(organisation: str) -> list[Book]:
    """List the books of an organisation (public id), the main one first."""
    books = Book.objects.filter(organisation=organisation).order_by("slug")
    return sorted(books, key=lambda book: (book.kind != "main", book.slug))


def find_main_book(organisation: str) -> Book | None:
    """Find the book that an organisation's page shows first."""
    return next(iter(books_of(organisation)), None)


def books_for(organisations: Iterable[str]) -> QuerySet[Book]:
    """Give the books of several organisations (public ids)."""
    return Book.objects.filter(organisation__in=list(organisations))


def get_book_of(*, organisation: str, slug: str) -> Book:
    """Return one of an organisation's books.

    Raises:
        BookMissing: it has no such book.
    """
    book = Book.objects.filter(organisation=organisation, slug=slug).first()
    if book is None:
        raise ledger.BookMissing(_("There is no such book."), slug=slug)
    return book


def get_readable_book(*, actor: Actor, slug: str) -> Book:
    """Return a book of one of the actor's organisations; to everybody else it does not exist.

    Raises:
        BookMissing: there is no such book for this actor.
    """
    book = books_for(actor.roles).filter(slug=slug).first()
    if book is None:
        raise ledger.BookMissing(_("There is no such book."), slug=slug)
    return book


def trial_balances(*, book: Book, on: date | None = None) -> list[TrialBalance]:
    """Give the accounts of a book that were used, with their balances: one table a currency, the book's own first.

    Args:
        book: Which book.
        on: At the end of this day; None for everything posted.
    """
    rows = [row for row in ledger.trial_balance(book=book, on=on) if row.debits or row.credits]
    others = sorted({row.account.currency for row in rows} - {book.currency})
    return [
        TrialBalance(book, on, currency, [row for row in rows if row.account.currency == currency])
        for currency in (book.currency, *others)
    ]
