"""Books, accounts and balances, now or as of a day. As-of figures add day totals, so they do not grow with history."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core.errors import NotFound
from ledger.models import Account, Balance, Book, DayTotal


class BookMissing(NotFound):
    """There is no such book."""

    code = "ledger.book_missing"


class UnknownAccountCode(NotFound):
    """The book has no account with this code."""

    code = "ledger.account_missing"


@dataclass(frozen=True, slots=True)
class TrialBalanceRow:
    """One account: what was debited and credited in all, in minor units."""

    account: Account
    debits: int
    credits: int

    @property
    def net(self) -> int:
        """Debits less credits; the nets of a whole book sum to zero."""
        return self.debits - self.credits

    @property
    def balance(self) -> int:
        """The balance on the account's normal side."""
        return self.account.sign * self.net

    @property
    def debit(self) -> int:
        """What stands in the debit column of a trial balance."""
        return max(self.net, 0)

    @property
    def credit(self) -> int:
        """What stands in the credit column of a trial balance."""
        return max(-self.net, 0)


def get_book(*, organisation: str, kind: str = "main") -> Book:
    """Return an organisation's book of a kind.

    Raises:
        BookMissing: the organisation keeps no such book.
    """
    book = find_book(organisation=organisation, kind=kind)
    if book is None:
        raise BookMissing(_("There is no such book."), organisation=organisation, kind=kind)
    return book


def find_book(*, organisation: str, kind: str = "main") -> Book | None:
    """Return an organisation's book of a kind, or None."""
    return Book.objects.filter(organisation=organisation, kind=kind).first()


def get_book_by_slug(*, slug: str) -> Book:
    """Return a book by its name in addresses and commands.

    Raises:
        BookMissing: there is none.
    """
    book = Book.objects.filter(slug=slug).first()
    if book is None:
        raise BookMissing(_("There is no such book."), slug=slug)
    return book


def get_account(*, book: Book, code: str) -> Account:
    """Return an account by its code.

    Raises:
        UnknownAccountCode: the book has none.
    """
    account = Account.objects.filter(book=book, code=code).first()
    if account is None:
        raise UnknownAccountCode(_("This book has no account %(code)s.") % {"code": code}, account=code)
    return account


def account_balance(*, book: Book, code: str, owner: str | None = None, on: date | None = None) -> int:
    """Tell a balance on the account's normal side.

    Args:
        book: Whose account.
        code: The account.
        owner: One owner's part; None for the whole account.
        on: At the end of this day; None for everything posted, whatever its date.

    Returns:
        Minor units; negative when the account stands on its other side.

    Raises:
        UnknownAccountCode: the book has no such account.
    """
    account = get_account(book=book, code=code)
    rows = _rows(on).filter(account=account, owner=owner or "")
    net: int = rows.aggregate(net=Coalesce(Sum(F("debits") - F("credits")), 0))["net"]
    return account.sign * net


def trial_balance(*, book: Book, on: date | None = None) -> list[TrialBalanceRow]:
    """List every account of a book with its totals, by code.

    Args:
        book: Which book.
        on: At the end of this day; None for everything posted.
    """
    rows = _rows(on).filter(account__book=book, owner="").values("account")
    sums = {
        row["account"]: (row["debited"], row["credited"])
        for row in rows.annotate(debited=Sum("debits"), credited=Sum("credits")).order_by()
    }
    accounts = Account.objects.filter(book=book).order_by("code")
    return [TrialBalanceRow(account, *map(int, sums.get(account.pk, (0, 0)))) for account in accounts]


def owner_balances(*, book: Book, code: str, on: date | None = None) -> dict[str, int]:
    """List what each owner has in a control account, by owner; owners with nothing are left out.

    Args:
        book: Whose account.
        code: The account.
        on: At the end of this day; None for everything posted.

    Raises:
        UnknownAccountCode: the book has no such account.
    """
    account = get_account(book=book, code=code)
    rows = _rows(on).filter(account=account).exclude(owner="").values("owner").order_by("owner")
    nets = rows.annotate(net=Sum(F("debits") - F("credits"))).filter(~Q(net=0))
    return {row["owner"]: account.sign * int(row["net"]) for row in nets}


def _rows(on: date | None) -> "QuerySet[Balance] | QuerySet[DayTotal]":
    if on is None:
        return Balance.objects.all()
    return DayTotal.objects.filter(effective_on__lte=on)
