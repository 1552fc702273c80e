"""The treasurer's rooms over REST."""

from treasury.api.accounts import AccountsApi, HoldsApi, RetireAccountApi
from treasury.api.books import BookListView, EntryListView, JournalCsvView, JournalTextView, TrialBalanceView
from treasury.api.closing import ClosingsApi, YearEndsApi

__all__ = [
    "AccountsApi",
    "BookListView",
    "ClosingsApi",
    "EntryListView",
    "HoldsApi",
    "JournalCsvView",
    "JournalTextView",
    "RetireAccountApi",
    "TrialBalanceView",
    "YearEndsApi",
]
