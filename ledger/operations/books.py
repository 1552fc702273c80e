"""Opening books and accounts, closing an account, erasing words."""

from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from ledger.arithmetic.charts import CHARTS
from ledger.models import Account, AccountClosure, Book, Entry
from ledger.operations.errors import AccountInUse, BookExists, UnknownChart
from ledger.states import AccountType


def open_book(
    *,
    slug: str,
    organisation: str,
    name: str,
    currency: str = "GBP",
    template: str = "society",
    kind: str = "main",
    at: datetime,
) -> Book:
    """Open a book with every account of a chart.

    Args:
        slug: Unique name in addresses and commands.
        organisation: Opaque reference of whose book it is.
        name: What people call it.
        currency: ISO 4217 code; all accounts of the chart are kept in it.
        template: The chart of accounts.
        kind: "main", "memo", ...; one book of each kind an organisation.
        at: When.

    Raises:
        UnknownChart: there is no such chart.
        BookExists: the slug is taken, or the organisation has a book of this kind.
    """
    if template not in CHARTS:
        raise UnknownChart(_("There is no chart of accounts “%(name)s”.") % {"name": template}, template=template)
    try:
        with transaction.atomic():
            book = Book.objects.create(
                slug=slug,
                organisation=organisation,
                kind=kind,
                name=name,
                currency=currency,
                template=template,
                opened_at=at,
            )
    except IntegrityError as error:
        raise BookExists(
            _("This organisation already keeps such a book, or the name is taken."), slug=slug, kind=kind
        ) from error
    Account.objects.bulk_create(
        Account(
            book=book,
            code=plan.code,
            name=plan.name,
            type=plan.type.value,
            currency=currency,
            is_control=plan.is_control,
            owner_floor=plan.owner_floor,
        )
        for plan in CHARTS[template]
    )
    return book


def open_account(
    *,
    book: Book,
    code: str,
    name: str,
    type: AccountType,  # noqa: A002 - the word accountants use
    currency: str = "",
    is_control: bool = False,
    floor: int | None = None,
    ceiling: int | None = None,
    owner_floor: int | None = None,
    owner_ceiling: int | None = None,
) -> Account:
    """Add an account to a book. What is given here never changes.

    Args:
        book: The book.
        code: Four to eight digits.
        name: Letters, digits and hyphens: it becomes part of a plain-text journal.
        type: Asset, liability, equity, income or expense.
        currency: ISO 4217; the book's own when left out.
        is_control: Each posting names an owner, and the owners always sum to the account.
        floor: Lowest balance on the normal side, in minor units, at most 0.
        ceiling: Highest balance on the normal side, in minor units, at least 0.
        owner_floor: As `floor`, for each owner.
        owner_ceiling: As `ceiling`, for each owner.
    """
    return Account.objects.create(
        book=book,
        code=code,
        name=name,
        type=type.value,
        currency=currency or book.currency,
        is_control=is_control,
        floor=floor,
        ceiling=ceiling,
        owner_floor=owner_floor,
        owner_ceiling=owner_ceiling,
    )


def close_account(*, account: Account, on: date, actor: str, at: datetime) -> AccountClosure:
    """Close an account after a day; nothing can be dated later on it. An account is closed once.

    Args:
        account: Which.
        on: The last day on which it can be used.
        actor: Who.
        at: Now.

    Raises:
        AccountInUse: it, or one of its owners, still holds something, has later movements, or was closed before.
    """
    try:
        with transaction.atomic():
            return AccountClosure.objects.create(account=account, closed_on=on, actor=actor, recorded_at=at)
    except IntegrityError as error:
        raise AccountInUse(
            _("Account %(code)s still holds something, has later movements, or is closed already.")
            % {"code": account.code},
            account=account.code,
        ) from error


def erase_narration(*, entry: Entry, at: datetime) -> bool:
    """Erase the words of an entry for good; its hash still holds.

    Returns:
        Whether there were words to erase.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_erase_narration(%s, %s)", [entry.pk, at])
        return bool(cursor.fetchone()[0])
