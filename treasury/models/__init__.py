"""The treasury's own tables: manual journals, what became of them, limits that societies set, imports, reports."""

from treasury.models.imports import JournalImport
from treasury.models.journals import (
    JournalAttachment,
    JournalStateChange,
    JournalThreshold,
    ManualJournal,
    ManualJournalLine,
)
from treasury.models.reports import ReportFile
from treasury.models.years import FinancialYearEnd

__all__ = [
    "FinancialYearEnd",
    "JournalAttachment",
    "JournalImport",
    "JournalStateChange",
    "JournalThreshold",
    "ManualJournal",
    "ManualJournalLine",
    "ReportFile",
]
