"""The demo's treasurers look their books over: when years end, a month closed, the next one closed to others."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from config.demo_people import TREASURER
from config.seed.offers import actor_of
from ledger import operations as ledger_operations
from ledger.models import Book
from payments.models import ProviderAccount
from payments.operations import reconcile_account
from people.models import Organisation, User
from treasury import operations
from treasury.arithmetic.years import FIRST_DAY


def say_year_end(*, organisation: Organisation, users: dict[str, User], at: datetime) -> None:
    """Let a society's financial years end on 31 March, as its rules have it; the others leave the calendar year.

    Args:
        organisation: Whose years.
        users: By e-mail address.
        at: Now.
    """
    operations.set_year_end(
        organisation=organisation,
        month=3,
        day=31,
        from_on=FIRST_DAY,
        reason="Rule 96: accounts are made up to 31 March",
        actor=actor_of(users[TREASURER.email]),
        at=at,
    )


def keep_books(*, organisations: list[Organisation], users: dict[str, User], today: date, at: datetime) -> None:
    """Close what a treasurer would have closed by now: the month before last for good, last month softly.

    Args:
        organisations: The societies whose books are kept.
        users: By e-mail address.
        today: The legal day.
        at: Now.
    """
    last_month = today.replace(day=1) - timedelta(days=1)
    before = last_month.replace(day=1) - timedelta(days=1)
    actor = actor_of(users[TREASURER.email])
    for organisation in organisations:
        # The controls of a month ask that the provider's statement has been read for all of it.
        reconcile_account(account_id=ProviderAccount.objects.get(organisation=organisation).pk, at=at)
        book = Book.objects.get(organisation=organisation.public_id, kind="main")
        operations.close_books(book=book, organisation=organisation, through=before, today=today, actor=actor, at=at)
        operations.close_books_softly(book=book, through=last_month, today=today, actor=actor, at=at)
    for book in Book.objects.order_by("slug"):
        ledger_operations.seal_entries(book=book, at=at)
