"""The treasury's own tables: manual journals, what became of them, and the limits that societies set."""

from treasury.models.journals import (
    JournalAttachment,
    JournalStateChange,
    JournalThreshold,
    ManualJournal,
    ManualJournalLine,
)

__all__ = [
    "JournalAttachment",
    "JournalStateChange",
    "JournalThreshold",
    "ManualJournal",
    "ManualJournalLine",
]
