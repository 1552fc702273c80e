"""What the treasurer's pages and the API show."""

from foundation.owners import OwnerLabel, find_owner_labels
from treasury.queries.accounts import Chart, ChartRow, get_chart, open_holds
from treasury.queries.books import books_for, books_of, find_main_book, get_book_of, get_readable_book, trial_balances
from treasury.queries.closing import Closing, get_closing
from treasury.queries.controls import ControlResult, run_controls
from treasury.queries.pages import EntryPage, StatementPage, get_entry_page, get_statement_page
from treasury.queries.words import Words, words_of_entry, words_of_journal

__all__ = [
    "Chart",
    "ChartRow",
    "Closing",
    "ControlResult",
    "EntryPage",
    "OwnerLabel",
    "StatementPage",
    "Words",
    "books_for",
    "books_of",
    "find_main_book",
    "find_owner_labels",
    "get_book_of",
    "get_chart",
    "get_closing",
    "get_entry_page",
    "get_readable_book",
    "get_statement_page",
    "open_holds",
    "run_controls",
    "trial_balances",
    "words_of_entry",
    "words_of_journal",
]
