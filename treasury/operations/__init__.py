"""What can be done in the treasurer's rooms."""

from treasury.operations.accounts import AccountExists, add_account, retire_account
from treasury.operations.closing import ControlsRed, NotOverYet, carry_year, close_books, close_books_softly
from treasury.operations.downloads import (
    DOWNLOADS_AN_HOUR,
    Download,
    JournalFormat,
    download_journal,
    save_journal,
    write_journal,
)
from treasury.operations.heads import publish_heads
from treasury.operations.journals.errors import NoWords
from treasury.operations.words import erase_entry_words
from treasury.operations.years import (
    NotAYearEnd,
    YearEndUnchanged,
    YearEndUnusable,
    YearIsDone,
    YearTooLong,
    set_year_end,
)

__all__ = [
    "DOWNLOADS_AN_HOUR",
    "AccountExists",
    "ControlsRed",
    "Download",
    "JournalFormat",
    "NoWords",
    "NotAYearEnd",
    "NotOverYet",
    "YearEndUnchanged",
    "YearEndUnusable",
    "YearIsDone",
    "YearTooLong",
    "add_account",
    "carry_year",
    "close_books",
    "close_books_softly",
    "download_journal",
    "erase_entry_words",
    "publish_heads",
    "retire_account",
    "save_journal",
    "set_year_end",
    "write_journal",
]
