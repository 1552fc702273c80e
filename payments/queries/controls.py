"""Does 1250 Stripe-Clearing say what the provider's statement says? The control of the month end, and its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Sum
from django.utils.translation import gettext as _

from core.money import STERLING, format_pounds
from core.periods import start_of_day
from ledger import queries as ledger_queries
from payments.models import BalanceSnapshot, BalanceTransaction, ProviderAccount, ProviderPosting

CLEARING: Final = "1250"
MOST_LINES: Final = 20


@dataclass(frozen=True)
class ClearingComparison:
    """The clearing account and the provider's statement at the end of a day, in pence."""

    books_pence: int
    provider_pence: int

    @property
    def difference_pence(self) -> int:
        """What the books show above the provider."""
        return self.books_pence - self.provider_pence


def compare_clearing(*, account: ProviderAccount, until_on: date) -> ClearingComparison:
    """Compare 1250 with the sum of the provider's statement, both before a day begins in London.

    Args:
        account: Whose.
        until_on: The first day that does not count.
    """
    book = ledger_queries.get_book(organisation=account.organisation.public_id)
    lines = BalanceTransaction.objects.filter(account=account, currency=STERLING, created_at__lt=start_of_day(until_on))
    return ClearingComparison(
        books_pence=ledger_queries.account_balance(book=book, code=CLEARING, on=until_on - timedelta(days=1)),
        provider_pence=lines.aggregate(total=Sum("net_minor", default=0))["total"],
    )


def find_clearing_problems(organisation: str, from_on: date, until_on: date) -> Iterator[str]:
    """List what keeps 1250 Stripe-Clearing from being agreed for a month.

    Args:
        organisation: Public id of the organisation.
        from_on: First day of the month.
        until_on: First day of the next month.
    """
    account = (
        ProviderAccount.objects.select_related("organisation").filter(organisation__public_id=organisation).first()
    )
    if account is None:
        return
    if account.reconciled_until is None or account.reconciled_until < start_of_day(until_on):
        yield _("Stripe's statement has not been read for the whole month yet.")
    yield from _statement_problems(account)
    compared = compare_clearing(account=account, until_on=until_on)
    if compared.difference_pence:
        yield _("1250 Stripe-Clearing shows %(books)s, Stripe's statement %(provider)s: a difference of %(rest)s.") % {
            "books": format_pounds(compared.books_pence),
            "provider": format_pounds(compared.provider_pence),
            "rest": format_pounds(compared.difference_pence),
        }
        yield from _unposted_lines(account, from_on=from_on, until_on=until_on)


def _statement_problems(account: ProviderAccount) -> Iterator[str]:
    """The copied statement must add up to what the provider said was in the account."""
    snapshot = BalanceSnapshot.objects.filter(account=account, currency=STERLING).order_by("-at", "-pk").first()
    if snapshot is None:
        return
    lines = BalanceTransaction.objects.filter(account=account, currency=STERLING, recorded_at__lte=snapshot.at)
    copied = lines.aggregate(total=Sum("net_minor", default=0))["total"]
    told = snapshot.available_minor + snapshot.pending_minor
    if copied != told:
        yield _("Stripe's statement adds up to %(copied)s, but Stripe says that the balance is %(told)s.") % {
            "copied": format_pounds(copied),
            "told": format_pounds(told),
        }


def _unposted_lines(account: ProviderAccount, *, from_on: date, until_on: date) -> Iterator[str]:
    posted = ProviderPosting.objects.filter(organisation=account.organisation).exclude(balance_transaction_id="")
    lines = BalanceTransaction.objects.filter(
        account=account,
        created_at__gte=start_of_day(from_on),
        created_at__lt=start_of_day(until_on),
    ).exclude(transaction_id__in=posted.values("balance_transaction_id"))
    for line in lines[:MOST_LINES]:
        yield _("Not in the books: %(type)s %(source)s of %(net)s.") % {
            "type": line.type,
            "source": line.source_id,
            "net": format_pounds(line.net_minor, line.currency),
        }
