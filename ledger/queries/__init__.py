"""What the books say. Every amount is in minor units."""

from ledger.queries.balances import (
    BookMissing,
    TrialBalanceRow,
    UnknownAccountCode,
    account_balance,
    available,
    find_book,
    get_account,
    get_book,
    get_book_by_slug,
    owner_balances,
    trial_balance,
)
from ledger.queries.entries import (
    EntryFilter,
    EntryMissing,
    entries_page,
    get_entry,
    journal,
    kinds_of,
    transfers_of,
)
from ledger.queries.heads import anchors_of, count_entries, count_waiting, find_head, periods_of, unpublished_heads
from ledger.queries.movements import Movement, Place, Statement, movements
from ledger.queries.totals import FundTotal, changes_by_fund, totals_by_fund

__all__ = [
    "BookMissing",
    "EntryFilter",
    "EntryMissing",
    "FundTotal",
    "Movement",
    "Place",
    "Statement",
    "TrialBalanceRow",
    "UnknownAccountCode",
    "account_balance",
    "anchors_of",
    "available",
    "changes_by_fund",
    "count_entries",
    "count_waiting",
    "entries_page",
    "find_book",
    "find_head",
    "get_account",
    "get_book",
    "get_book_by_slug",
    "get_entry",
    "journal",
    "kinds_of",
    "movements",
    "owner_balances",
    "periods_of",
    "totals_by_fund",
    "transfers_of",
    "trial_balance",
    "unpublished_heads",
]
