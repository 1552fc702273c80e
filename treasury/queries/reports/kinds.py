"""Which reports there are. One page, one API view and one download a format serve them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import NotFound
from core.reports import Report
from ledger.models import Book
from ledger.states import AccountType
from treasury.arithmetic.report import About
from treasury.queries.reports import load

Loader = Callable[..., Report]


class ReportMissing(NotFound):
    """There is no such report."""

    code = "treasury.report_missing"


@dataclass(frozen=True, slots=True)
class ReportKind:
    """One report.

    Attributes:
        slug: Its name in addresses.
        title: Its name for people.
        description: What it says, in a sentence.
        load: Fetches the figures and builds it: (book, about, window).
        fields: What can be asked, of: from_on, through_on, on, compare, fund, known_at, account.
        accounts: Only control accounts of this type can be chosen; None for all accounts.
        is_wide: Whether it has many columns, so that paper lies on its side.
    """

    slug: str
    title: str | Promise
    description: str | Promise
    load: Callable[[Book, About, Any], Report]
    fields: tuple[str, ...]
    accounts: AccountType | None = None
    is_wide: bool = False


_SINCE: Final = ("from_on", "through_on", "compare", "fund", "known_at")
_AS_OF: Final = ("on", "compare", "fund", "known_at")
_AGED: Final = ("on", "account", "fund", "known_at")

_ALL: Final = (
    ReportKind(
        "trial-balance",
        gettext_lazy("Trial balance"),
        gettext_lazy("Every account with its balance. Both columns have the same sum."),
        load.load_trial_balance,
        _AS_OF,
    ),
    ReportKind(
        "income-and-expenditure",
        gettext_lazy("Income and expenditure"),
        gettext_lazy("What was earned and spent, and what is left of it."),
        load.load_result,
        _SINCE,
    ),
    ReportKind(
        "balance-sheet",
        gettext_lazy("Balance sheet"),
        gettext_lazy("What there is, what is owed, and what remains."),
        load.load_balance_sheet,
        _AS_OF,
    ),
    ReportKind(
        "cash-movement",
        gettext_lazy("Cash movement"),
        gettext_lazy("What the banks held before and after, where money came from and where it went."),
        load.load_cash,
        _SINCE,
    ),
    ReportKind(
        "aged-debtors",
        gettext_lazy("Aged debtors"),
        gettext_lazy("Who owes us money, and for how long."),
        load.load_debtors,
        _AGED,
        accounts=AccountType.ASSET,
        is_wide=True,
    ),
    ReportKind(
        "aged-creditors",
        gettext_lazy("Aged creditors"),
        gettext_lazy("Whom we owe money, and for how long: suppliers, applicants and members."),
        load.load_creditors,
        _AGED,
        accounts=AccountType.LIABILITY,
        is_wide=True,
    ),
    ReportKind(
        "funds",
        gettext_lazy("Funds"),
        gettext_lazy("What each fund had, earned, spent and has, so that tied money is seen to be there."),
        load.load_funds,
        ("from_on", "through_on", "compare", "known_at"),
        is_wide=True,
    ),
    ReportKind(
        "general-ledger",
        gettext_lazy("General ledger"),
        gettext_lazy("Every movement of every account, with running balances."),
        load.load_general_ledger,
        ("from_on", "through_on", "account", "fund", "known_at"),
        is_wide=True,
    ),
)

KINDS: Final[Mapping[str, ReportKind]] = {kind.slug: kind for kind in _ALL}
"""The reports by slug, in the order in which they are shown."""


def get_kind(slug: str) -> ReportKind:
    """Return a report by its slug.

    Raises:
        ReportMissing: there is none.
    """
    if slug not in KINDS:
        raise ReportMissing(_("There is no such report."), report=slug)
    return KINDS[slug]
