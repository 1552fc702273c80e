"""The month-end panel, and the controls that need nothing but the books."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from core.money import format_pounds
from foundation.registries import MONTH_END_CONTROLS
from ledger import queries as ledger
from ledger.models import Account, Book

SUSPENSE: Final = "9998"
PAYMENT_FILE_CLEARING: Final = "1280"


@dataclass(frozen=True, slots=True)
class ControlResult:
    """One line of the panel: green when nothing stands in the way."""

    title: str
    problems: list[str]
    url: str

    @property
    def passed(self) -> bool:
        """Whether the month may be closed as far as this control sees."""
        return not self.problems


def run_controls(*, organisation: str, slug: str, from_on: date, until_on: date) -> list[ControlResult]:
    """Run every registered control for a month.

    Args:
        organisation: Public id.
        slug: The organisation's name in addresses.
        from_on: First day of the month.
        until_on: First day of the next.
    """
    controls = sorted((control for _key, control in MONTH_END_CONTROLS.items()), key=lambda one: one.order)
    return [
        ControlResult(
            title=str(control.title),
            problems=list(control.find_problems(organisation, from_on, until_on)),
            url=reverse(control.url_name, args=[slug]) if control.url_name else "",
        )
        for control in controls
    ]


def find_open_suspense(organisation: str, _from_on: date, until_on: date) -> Iterator[str]:
    """Say what stands in suspense at the end of the month."""
    yield from _not_zero(organisation, SUSPENSE, until_on)


def find_open_payment_files(organisation: str, _from_on: date, until_on: date) -> Iterator[str]:
    """Say what was sent to the bank in payment files and is not on a statement by the end of the month."""
    yield from _not_zero(organisation, PAYMENT_FILE_CLEARING, until_on)


def find_owners_off_control(organisation: str, _from_on: date, until_on: date) -> Iterator[str]:
    """Say which control accounts are not the sum of their owners at the end of the month."""
    on = until_on - timedelta(days=1)
    for account in Account.objects.filter(book__organisation=organisation, is_control=True).select_related("book"):
        whole = ledger.account_balance(book=account.book, code=account.code, on=on)
        parts = sum(ledger.owner_balances(book=account.book, code=account.code, on=on).values())
        if whole != parts:
            yield _("%(account)s is %(whole)s, its owners have %(parts)s.") % {
                "account": str(account),
                "whole": format_pounds(whole, account.currency),
                "parts": format_pounds(parts, account.currency),
            }


def _not_zero(organisation: str, code: str, until_on: date) -> Iterator[str]:
    on = until_on - timedelta(days=1)
    books = Book.objects.filter(organisation=organisation)
    for account in Account.objects.filter(book__in=books, code=code).select_related("book"):
        balance = ledger.account_balance(book=account.book, code=code, on=on)
        if balance:
            yield _("%(account)s stands at %(balance)s and should be zero.") % {
                "account": str(account),
                "balance": format_pounds(balance, account.currency),
            }
