"""The treasury's own tables: manual journals, what became of them, the limits that societies set, imports."""

from treasury.models.imports import JournalImport
from treasury.models.journals import (
    JournalAttachment,
    JournalStateChange,
    JournalThreshold,
    ManualJournal,
    ManualJournalLine,
)
from treasury.models.years import FinancialYearEnd

__all__ = [
    "FinancialYearEnd",
    "JournalAttachment",
    "JournalImport",
    "JournalStateChange",
    "JournalThreshold",
    "ManualJournal",
    "ManualJournalLine",
]
