"""Money that was recorded by hand: one record, a list of them, who may decide, and where it can be booked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.errors import NotFound
from foundation.owners import OwnerLabel, find_owner_labels, find_source
from foundation.registries import RECORDED_PURPOSES
from ledger.models import Account, Book
from ledger.queries import BookMissing, get_book, get_book_by_slug
from ledger.states import AccountType
from payments.models import RecordedLine, RecordedMoney, StateChange
from people.models import OfficerRole, Organisation, Role, User
from people.queries import find_names

# 1200 to 1249 of the charts: bank accounts and cash.
# Source: the charts of accounts of a society and of an outcomes contract, treasury.md A6.
BANK_PREFIXES: Final = ("120", "121", "122", "123", "124")
DECIDERS: Final = (Role.TREASURER.value, Role.DIRECTOR.value)


class NoSuchRecord(NotFound):
    """There is no such recorded receipt or payment, or it belongs to another organisation."""

    code = "payments.unknown_record"


class NoBankAccount(NotFound):
    """The book keeps no bank account, so no money can be recorded in it."""

    code = "payments.no_bank_account"


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One transfer with its accounts and owners in words."""

    line: RecordedLine
    debit: Account | None
    credit: Account | None
    debit_owner: OwnerLabel | None
    credit_owner: OwnerLabel | None


@dataclass(frozen=True, slots=True)
class RecordedPage:
    """A record with all that its page shows.

    `alike` are other records of the same day, amount and account, which may be the same money written down twice.
    """

    record: RecordedMoney
    title: str
    lines: list[ShownLine]
    account: Account | None
    party: OwnerLabel | None
    subject: OwnerLabel | None
    alike: list[RecordedMoney]
    history: list[StateChange]
    names: dict[str, str]
    live_reversal: RecordedMoney | None
    reversals: list[RecordedMoney]


def get_recorded(*, organisation: Organisation, public_id: str) -> RecordedMoney:
    """Return one of an organisation's recorded receipts and payments.

    Raises:
        NoSuchRecord: it has none under this id.
    """
    rows = RecordedMoney.objects.for_organisation(organisation).with_everything()
    record = rows.filter(public_id=public_id).first()
    if record is None:
        raise NoSuchRecord(_("There is no such recorded receipt or payment."))
    return record


def recorded_of(*, organisation: Organisation, state: str = "", direction: str = "") -> QuerySet[RecordedMoney]:
    """List what an organisation recorded, newest first.

    Args:
        organisation: Whose.
        state: Only in this state.
        direction: Only "in" or only "out".
    """
    rows = RecordedMoney.objects.for_organisation(organisation).with_everything().prefetch_related("lines")
    if state:
        rows = rows.filter(state=state)
    if direction:
        rows = rows.filter(direction=direction)
    return rows.order_by("-id")


def find_alike(record: RecordedMoney) -> list[RecordedMoney]:
    """List other live records of the same day, direction, amount and bank account; reversals aside."""
    if record.reverses_id is not None:
        return []
    same = RecordedMoney.objects.live().filter(
        organisation=record.organisation_id,
        book=record.book_id,
        direction=record.direction,
        moved_on=record.moved_on,
        amount_pence=record.amount_pence,
        account=record.account,
        reverses__isnull=True,
    )
    return list(same.exclude(pk=record.pk).exclude(reversals__state="approved").order_by("-id"))


def get_recorded_page(record: RecordedMoney) -> RecordedPage:
    """Collect what the page of a record shows.

    Args:
        record: Read with everything.
    """
    lines = list(record.lines.order_by("number"))
    history = list(StateChange.objects.filter(subject=record.public_id).order_by("id"))
    reversals = list(record.reversals.order_by("id"))
    refs = {record.requested_by} | {one.actor for one in history}
    return RecordedPage(
        record=record,
        title=title_of(record),
        lines=_show(record, lines),
        account=Account.objects.filter(book=record.book_id, code=record.account).first(),
        party=find_owner_labels([record.party_owner])[record.party_owner] if record.party_owner else None,
        subject=find_source(record.subject) if record.subject else None,
        alike=find_alike(record),
        history=history,
        names=find_names(refs),
        live_reversal=next((one for one in reversals if one.state in {"requested", "approved"}), None),
        reversals=reversals,
    )


def title_of(record: RecordedMoney) -> str:
    """Say what a record is: a receipt, a payment, or the reversal of one."""
    if record.reverses_id is not None:
        return _("Reversal of a recorded receipt") if record.is_receipt else _("Reversal of a recorded payment")
    return _("Recorded receipt") if record.is_receipt else _("Recorded payment")


def purpose_words(record: RecordedMoney) -> str:
    """Say what the money is for, as its room calls it."""
    purpose = RECORDED_PURPOSES.find(record.purpose)
    return str(purpose.title) if purpose else record.purpose


def find_deciders(record: RecordedMoney) -> list[User]:
    """List who may be the second person now: treasurers and directors but for whoever asked."""
    roles = OfficerRole.objects.current().filter(organisation=record.organisation_id, role__in=DECIDERS)
    users = User.objects.filter(Q(pk__in=roles.values("user_id")), is_active=True)
    return list(users.exclude(pk=record.approval.requested_by_user or 0).select_related("person").order_by("pk"))


def find_asker(record: RecordedMoney) -> User | None:
    """Find the user who wrote it down, or whose key did."""
    rows = User.objects.filter(pk=record.approval.requested_by_user or 0, is_active=True)
    return rows.select_related("person").first()


def bank_accounts(book: Book) -> QuerySet[Account]:
    """List the open bank and cash accounts of a book, which money can come to and leave from."""
    bank = Q()
    for prefix in BANK_PREFIXES:
        bank |= Q(code__startswith=prefix)
    rows = Account.objects.filter(bank, book=book, type=AccountType.ASSET.value, is_control=False)
    return rows.filter(closure__isnull=True, currency=book.currency).order_by("code")


def other_accounts(book: Book) -> QuerySet[Account]:
    """List the open accounts of a book in its own currency, for the other side of recorded money."""
    return Account.objects.filter(book=book, closure__isnull=True, currency=book.currency).order_by("code")


def books_with_bank(organisation: Organisation) -> list[Book]:
    """List the books of an organisation in which money can be recorded, the main one first."""
    books = Book.objects.filter(organisation=organisation.public_id).order_by("slug")
    kept = [book for book in books if bank_accounts(book).exists()]
    return sorted(kept, key=lambda book: (book.kind != "main", book.slug))


def get_book_with_bank(*, organisation: Organisation, slug: str = "") -> Book:
    """Return a book of an organisation in which money can be recorded.

    Args:
        organisation: Whose.
        slug: Its name in addresses; empty for the main book.

    Raises:
        BookMissing: the organisation has no such book.
        NoBankAccount: the book has no bank account.
    """
    if slug:
        book = get_book_by_slug(slug=slug)
        if book.organisation != organisation.public_id:
            raise BookMissing(_("There is no such book."), slug=slug)
    else:
        book = get_book(organisation=organisation.public_id)
    if not bank_accounts(book).exists():
        raise NoBankAccount(_("This book keeps no bank account, so no money can be recorded in it."))
    return book


def _show(record: RecordedMoney, lines: list[RecordedLine]) -> list[ShownLine]:
    codes = {code for line in lines for code in (line.debit, line.credit)}
    accounts = {one.code: one for one in Account.objects.filter(book=record.book_id, code__in=codes)}
    owners = find_owner_labels(owner for line in lines for owner in (line.debit_owner, line.credit_owner))
    return [
        ShownLine(
            line,
            accounts.get(line.debit),
            accounts.get(line.credit),
            owners.get(line.debit_owner),
            owners.get(line.credit_owner),
        )
        for line in lines
    ]
