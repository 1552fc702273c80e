"""Books, accounts and balances: now, as of a day, or as they were known at a moment."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from core.errors import NotFound
from ledger.models import Account, Balance, Book
from ledger.queries.totals import totals_by_account, totals_by_owner


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


def account_balance(
    *, book: Book, code: str, owner: str | None = None, on: date | None = None, known_at: datetime | None = None
) -> int:
    """Tell a balance on the account's normal side.

    Args:
        book: Whose account.
        code: The account.
        owner: One owner's part; None for the whole account.
        on: At the end of this day; None for everything posted, whatever its date.
        known_at: Only what had been recorded by this moment; None for all.

    Returns:
        Minor units; negative when the account stands on its other side.

    Raises:
        UnknownAccountCode: the book has no such account.
    """
    account = get_account(book=book, code=code)
    if on is None and known_at is None:
        row = Balance.objects.filter(account=account, owner=owner or "").first()
        return row.balance if row else 0
    debited, credited = totals_by_owner(account=account, owner=owner or "", on=on, known_at=known_at).get("", (0, 0))
    return account.sign * (debited - credited)


def available(*, book: Book, code: str, owner: str = "") -> int:
    """Tell what can still leave an account, or an owner's part of it: the balance less what is held to leave.

    Args:
        book: Whose account.
        code: The account.
        owner: One owner's part; "" for the whole account.

    Raises:
        UnknownAccountCode: the book has no such account.
    """
    row = Balance.objects.filter(account=get_account(book=book, code=code), owner=owner).first()
    return row.balance - row.held_out if row else 0


def trial_balance(*, book: Book, on: date | None = None, known_at: datetime | None = None) -> list[TrialBalanceRow]:
    """List every account of a book with its totals, by code.

    Args:
        book: Which book.
        on: At the end of this day; None for everything posted.
        known_at: Only what had been recorded by this moment; None for all.
    """
    accounts = Account.objects.filter(book=book).order_by("code")
    if on is None and known_at is None:
        rows = Balance.objects.filter(account__book=book, owner="")
        sums = {row.account_id: (row.debits, row.credits) for row in rows}
    else:
        sums = totals_by_account(book=book, on=on, known_at=known_at)
    return [TrialBalanceRow(account, *sums.get(account.pk, (0, 0))) for account in accounts]


def owner_balances(
    *, book: Book, code: str, on: date | None = None, known_at: datetime | None = None
) -> dict[str, int]:
    """List what each owner has in a control account, by owner; owners with nothing are left out.

    Args:
        book: Whose account.
        code: The account.
        on: At the end of this day; None for everything posted.
        known_at: Only what had been recorded by this moment; None for all.

    Raises:
        UnknownAccountCode: the book has no such account.
    """
    account = get_account(book=book, code=code)
    if on is None and known_at is None:
        rows = Balance.objects.filter(account=account).exclude(owner="").order_by("owner")
        return {row.owner: row.balance for row in rows if row.balance}
    sums = totals_by_owner(account=account, on=on, known_at=known_at)
    nets = {name: account.sign * (debited - credited) for name, (debited, credited) in sums.items()}
    return {name: net for name, net in nets.items() if net}
