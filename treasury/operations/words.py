"""Erasing the words of an entry: they name somebody, the figures do not."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import audit
from foundation.access import Actor
from ledger import operations as ledger
from ledger.models import Entry
from treasury.models import ReportFile
from treasury.operations.forgetting import forget_report_files
from treasury.operations.journals.errors import NoWords
from treasury.operations.journals.privacy import erase_words
from treasury.queries.words import find_journal_of, words_of_entry
from treasury.states import ErasureReason


@transaction.atomic
def erase_entry_words(*, entry: Entry, actor: Actor, reason: ErasureReason, at: datetime) -> bool:
    """Erase the words of an entry; where it came from a manual journal, those of the journal and its lines too.

    Date, accounts, owners and amounts stay, in a closed period as well, and the hash chain of the books still holds:
    it covers a salted digest of the words, and the salt goes with them.

    Args:
        entry: Which.
        actor: Who; the caller has checked that they keep the books.
        reason: Why, as a code.
        at: Now.

    Returns:
        Whether there was anything to erase; a second time there is not, and nothing happens.

    Raises:
        NoWords: the entry never had any.
        ReversalUnderWay: as `treasury.operations.journals.erase_words`.

    Source: UK GDPR Article 17.
    """
    journal = find_journal_of(entry)
    if journal is not None:
        return erase_words(journal=journal, actor=actor, reason=reason, at=at)
    if not ledger.erase_narration(entry=entry, at=at):
        if words_of_entry(entry).erased_at is None:
            raise NoWords(_("This entry has no words."))
        return False
    # Kept reports may hold the words; whoever wants one asks again.
    forget_report_files(ReportFile.objects.filter(book=entry.book))
    audit.record(
        actor=actor.ref,
        action="treasury.entry_words_erased",
        at=at,
        organisation=entry.book.organisation,
        subject=entry.public_id,
        after={"book": entry.book.slug},
        reason=reason.value,
    )
    return True
