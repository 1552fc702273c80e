"""The chart of a book, and what is reserved in it."""

from __future__ import annotations

from dataclasses import dataclass

from ledger import queries as ledger
from ledger.models import Account, Book, Hold
from ledger.states import AccountType


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One account: what stands on it, in minor units on its normal side, and whether it can still be used."""

    account: Account
    balance: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A part of the chart: the accounts of one type."""

    type: AccountType
    rows: list[ChartRow]


def get_chart(*, book: Book) -> list[Chart]:
    """Give all accounts of a book by type, used or not."""
    closed = set(Account.objects.filter(book=book, closure__isnull=False).values_list("pk", flat=True))
    rows = [ChartRow(row.account, row.balance, row.account.pk in closed) for row in ledger.trial_balance(book=book)]
    return [Chart(kind, [row for row in rows if row.account.type == kind.value]) for kind in AccountType]


def open_holds(*, book: Book) -> list[Hold]:
    """List what is reserved in a book and neither posted nor let go, the oldest first."""
    holds = Hold.objects.filter(book=book, end=None).select_related("debit_account", "credit_account")
    return list(holds.order_by("held_at", "id"))
