"""Manual journals as what entries of the ledger come from, in words and with their pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.registries import EntrySource
from treasury.models import ManualJournal


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
