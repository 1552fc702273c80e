"""Pages of the treasurer's rooms."""

from treasury.views.books import AccountView, BooksView, BookView, EntryView
from treasury.views.closing import CarryYearView, CloseForGoodView, CloseSoftlyView, ClosingView
from treasury.views.downloads import JournalView
from treasury.views.entries import EntriesView
from treasury.views.month_end import MonthEndView

__all__ = [
    "AccountView",
    "BookView",
    "BooksView",
    "CarryYearView",
    "CloseForGoodView",
    "CloseSoftlyView",
    "ClosingView",
    "EntriesView",
    "EntryView",
    "JournalView",
    "MonthEndView",
]
