"""The words of entries and journals: the one part of the books that can be erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from ledger.models import Entry, Narration
from treasury.models import ManualJournal


@dataclass(frozen=True, slots=True)
class Words:
    """What words there are, each once and in their order, and when some were last erased."""

    texts: tuple[str, ...]
    erased_at: datetime | None


def find_journal_of(entry: Entry) -> ManualJournal | None:
    """Find the manual journal that an entry came from."""
    return ManualJournal.objects.with_everything().filter(entry=entry).first()


def words_of_entry(entry: Entry) -> Words:
    """Give the words of an entry, and of the manual journal that it came from."""
    journal = find_journal_of(entry)
    if journal is not None:
        return words_of_journal(journal)
    narration = Narration.objects.filter(entry=entry).first()
    if narration is None:
        return Words((), None)
    return Words(tuple(filter(None, [narration.text])), narration.erased_at)


def words_of_journal(journal: ManualJournal) -> Words:
    """Give the words of a journal, of its lines and of its entry.

    What a reversal says is the reason of its entry, which is under the hash and stays, so it is not among them.
    """
    narration = Narration.objects.filter(entry=journal.entry_id).first() if journal.entry_id else None
    lines = journal.lines.order_by("number").values_list("text", flat=True)
    found = [journal.narration, narration.text if narration else "", *lines]
    erasure = journal.state_changes.filter(from_state=F("to_state")).last()
    erased_at = erasure.at if erasure else narration.erased_at if narration else None
    kept = {"", journal.entry.reason if journal.entry else ""}
    return Words(tuple(text for text in dict.fromkeys(found) if text not in kept), erased_at)
