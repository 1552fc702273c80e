"""The treasurer's rooms over REST."""

from treasury.api.books import BookListView, EntryListView, JournalCsvView, JournalTextView, TrialBalanceView

__all__ = ["BookListView", "EntryListView", "JournalCsvView", "JournalTextView", "TrialBalanceView"]
