"""What came to the bank of a contract and what left it in a period, by what it was for and by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Case, F, Sum, Value, When
from django.db.models.functions import TruncMonth

from bonds.arithmetic.months import add_months
from bonds.queries.advances import BATCH_PREFIX
from ledger import queries as ledger_queries
from ledger.models import Book, Transfer

# Bank and reserve; between the two no money comes or goes.
BANK_ACCOUNTS: Final = ("1200", "1210")
# What the account on the other side says of money that came, and of money that left.
# Grants of investors and advances of payers stand on one account; the batch tells them apart.
_ADVANCES: Final = "2400 advances"
_IN: Final = {
    "1100": "results",
    "1150": "investors",
    "2300": "investors",
    "2310": "investors",
    "2400": "investors",
    _ADVANCES: "advances",
}
_OUT: Final = {
    _ADVANCES: "advances",
    "2100": "providers",
    "2320": "interest",
    "2330": "returns",
    "2300": "principal",
    "2310": "principal",
    "2180": "tax",
    "2410": "payers",
    "5010": "providers",
}
_OTHER: Final = "other"
Sums = dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class CashMoved:
    """Pence that moved in a period. What was undone counts against what it undid.

    Attributes:
        before: At the bank and in reserve at the beginning.
        after: At the end.
        reserve: Of this, the reserve.
        sums: By direction ("in", "out") and what it was for.
        months: First day of each month of the period, with what came and what left.
    """

    before: int
    after: int
    reserve: int
    sums: Sums
    months: tuple[tuple[date, int, int], ...]


def sum_cash(*, book: Book, from_on: date, until_on: date) -> CashMoved:
    """Add up what came to the bank and what left it.

    Args:
        book: The contract's own.
        from_on: First day.
        until_on: The day after the last.
    """
    sums: Sums = defaultdict(int)
    months: dict[date, list[int]] = {month: [0, 0] for month in _months(from_on, until_on)}
    for direction, what, month, pence in _moved(book, from_on, until_on):
        sums[direction, what] += pence
        months[month][0 if direction == "in" else 1] += pence
    return CashMoved(
        before=_cash(book, from_on),
        after=_cash(book, until_on),
        reserve=_balance(book, "1210", until_on),
        sums={key: pence for key, pence in sorted(sums.items()) if pence},
        months=tuple((month, came, left) for month, (came, left) in months.items()),
    )


def _moved(book: Book, from_on: date, until_on: date) -> Iterator[tuple[str, str, date, int]]:
    """Give what moved by direction, use and month; a reversal counts below zero in the direction that it undoes."""
    moved = Transfer.objects.filter(book=book, effective_on__gte=from_on, effective_on__lt=until_on)
    for bank, other in (("debit_account", "credit_account"), ("credit_account", "debit_account")):
        rows = moved.filter(**{f"{bank}__code__in": BANK_ACCOUNTS}).exclude(**{f"{other}__code__in": BANK_ACCOUNTS})
        sign = Case(When(entry__reverses=None, then=Value(1)), default=Value(-1))
        use = Case(When(entry__batch__startswith=BATCH_PREFIX, then=Value(_ADVANCES)), default=F(f"{other}__code"))
        grouped = rows.annotate(month=TruncMonth("effective_on"), sign=sign, use=use).order_by()
        values = grouped.values_list("use", "sign", "month").annotate(sum=Sum("amount"))
        for code, turn, month, pence in values:
            came = (bank == "debit_account") == (turn > 0)
            uses = _IN if came else _OUT
            yield "in" if came else "out", uses.get(code, _OTHER), month, turn * pence


def _months(from_on: date, until_on: date) -> Iterator[date]:
    month = from_on.replace(day=1)
    while month < until_on:
        yield month
        month = add_months(month, 1)


def _cash(book: Book, before_on: date) -> int:
    return sum(_balance(book, code, before_on) for code in BANK_ACCOUNTS)


def _balance(book: Book, code: str, before_on: date) -> int:
    return ledger_queries.account_balance(book=book, code=code, on=before_on - timedelta(days=1))
