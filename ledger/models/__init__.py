"""The ledger's tables. Every figure is a whole number of minor units (pence).

The application role may insert books, accounts, closures, entries, transfers, narrations, holds and anchors, and may
read everything; it can update, delete or truncate nothing here. Balances, day totals, periods and seals are written
by the database's own functions alone (ledger/migrations/*.sql).
"""

from ledger.models.books import Account, AccountClosure, Book
from ledger.models.entries import MAX_AMOUNT, OWNER_LENGTH, Entry, Narration, Transfer
from ledger.models.holds import Hold, HoldEnd
from ledger.models.seals import Anchor, Seal, SealQueue
from ledger.models.totals import Balance, DayTotal, Period, PeriodBalance

__all__ = [
    "MAX_AMOUNT",
    "OWNER_LENGTH",
    "Account",
    "AccountClosure",
    "Anchor",
    "Balance",
    "Book",
    "DayTotal",
    "Entry",
    "Hold",
    "HoldEnd",
    "Narration",
    "Period",
    "PeriodBalance",
    "Seal",
    "SealQueue",
    "Transfer",
]
