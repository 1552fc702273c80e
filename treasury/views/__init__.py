"""Pages of the treasurer's rooms."""

from treasury.views.accounts import AddAccountView, ChartView, RetireAccountView
from treasury.views.books import AccountView, BooksView, BookView, EntryView
from treasury.views.closing import CarryYearView, CloseForGoodView, CloseSoftlyView, ClosingView
from treasury.views.downloads import JournalView
from treasury.views.entries import EntriesView
from treasury.views.month_end import MonthEndView

__all__ = [
    "AccountView",
    "AddAccountView",
    "BookView",
    "BooksView",
    "CarryYearView",
    "ChartView",
    "CloseForGoodView",
    "CloseSoftlyView",
    "ClosingView",
    "EntriesView",
    "EntryView",
    "JournalView",
    "MonthEndView",
    "RetireAccountView",
]
