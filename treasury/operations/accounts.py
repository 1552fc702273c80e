"""The chart of a book: one more account, and one that is no longer used."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import InvalidInput
from foundation import audit
from foundation.access import Actor
from ledger import operations as ledger_operations
from ledger.models import Account, AccountClosure, Book
from ledger.states import AccountType


class AccountExists(InvalidInput):
    """The book has an account with this code."""

    code = "treasury.account_exists"


@transaction.atomic
def add_account(
    *,
    book: Book,
    code: str,
    name: str,
    type: AccountType,  # noqa: A002 - the word accountants use
    currency: str = "",
    has_owners: bool,
    actor: Actor,
    at: datetime,
) -> Account:
    """Add an account to a book. What is given here stays.

    Args:
        book: Which.
        code: Four to eight digits.
        name: Letters, digits and hyphens.
        type: Asset, liability, equity, income or expense.
        currency: ISO 4217; the book's own when left out.
        has_owners: Whether each posting names whose money it is.
        actor: Who.
        at: Now.

    Raises:
        AccountExists: the code is taken.
    """
    try:
        with transaction.atomic():
            account = ledger_operations.open_account(
                book=book, code=code, name=name, type=type, currency=currency, is_control=has_owners
            )
    except IntegrityError as error:
        raise AccountExists(_("This book has an account %(code)s already.") % {"code": code}, account=code) from error
    _record("treasury.account_added", account, actor, at)
    return account


@transaction.atomic
def retire_account(*, account: Account, on: date, today: date, actor: Actor, at: datetime) -> AccountClosure:
    """Close an account after a day; it has to be empty.

    Args:
        account: Which.
        on: The last day on which it is used; not later than today.
        today: The legal day.
        actor: Who.
        at: Now.

    Raises:
        AccountInUse: it, or an owner of it, holds something, it has later movements, or it was closed before.
        InvalidInput: the day lies ahead.
    """
    if on > today:
        raise InvalidInput(_("An account is closed on a day that has come."))
    closure = ledger_operations.close_account(account=account, on=on, actor=actor.ref, at=at)
    _record("treasury.account_closed", account, actor, at)
    return closure


def _record(action: str, account: Account, actor: Actor, at: datetime) -> None:
    audit.record(
        actor=actor.ref,
        action=action,
        at=at,
        organisation=account.book.organisation,
        subject=f"{account.book.slug}/{account.code}",
        after={"name": account.name, "type": account.type, "currency": account.currency},
    )
