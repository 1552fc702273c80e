"""What an entry comes from, in words and with its page: asked of the rooms by the prefix of the reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.registries import ENTRY_SOURCES, EntrySource
from treasury.models import ManualJournal
from treasury.queries.owners import OwnerLabel, find_owner_labels


def find_source(source: str) -> OwnerLabel:
    """Find what a source is ("mjn_...", "pay_..."); what no room knows as a source may be an owner.

    Args:
        source: The reference, not empty.
    """
    ask = ENTRY_SOURCES.find(source.partition("_")[0])
    found = ask([source]).get(source) if ask else None
    if found is not None:
        return OwnerLabel(source, found.label, found.url)
    return find_owner_labels([source])[source]


def give_journal_sources(refs: Sequence[str]) -> Mapping[str, EntrySource]:
    """Give the pages of manual journals, with how many files are there."""
    rows = ManualJournal.objects.filter(public_id__in=refs).select_related("organisation", "book")
    return {row.public_id: _source_of(row) for row in rows.prefetch_related("attachments")}


def _source_of(journal: ManualJournal) -> EntrySource:
    count = len(journal.attachments.all())
    label = _("Manual journal")
    if count == 1:
        label = _("Manual journal, with one file")
    elif count:
        label = _("Manual journal, with %(count)s files") % {"count": count}
    place = [journal.organisation.slug, journal.book.slug, journal.public_id]
    return EntrySource(label, reverse("treasury:journal", args=place))
