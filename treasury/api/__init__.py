"""The treasurer's rooms over REST."""

from treasury.api.books import BookListView, EntryListView, JournalCsvView, JournalTextView, TrialBalanceView
from treasury.api.closing import ClosingsApi, YearEndsApi

__all__ = [
    "BookListView",
    "ClosingsApi",
    "EntryListView",
    "JournalCsvView",
    "JournalTextView",
    "TrialBalanceView",
    "YearEndsApi",
]
