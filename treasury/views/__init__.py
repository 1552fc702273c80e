"""Pages of the treasurer's rooms."""

from treasury.views.books import AccountView, BooksView, BookView, EntryView
from treasury.views.downloads import JournalView
from treasury.views.month_end import MonthEndView

__all__ = ["AccountView", "BookView", "BooksView", "EntryView", "JournalView", "MonthEndView"]
