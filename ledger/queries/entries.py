"""Entries: one, a page of them, or all in the order of a journal."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from core.errors import NotFound
from ledger.arithmetic.content import EntryContent, TransferContent, compute_content_hash
from ledger.models import Book, Entry, Transfer


class EntryMissing(NotFound):
    """There is no such entry in this book."""

    code = "ledger.entry_missing"


def get_entry(*, book: Book, public_id: str) -> Entry:
    """Return an entry with its transfers, its words and its reversal.

    Raises:
        EntryMissing: the book has no such entry.
    """
    entry = whole(Entry.objects.filter(book=book, public_id=public_id)).first()
    if entry is None:
        raise EntryMissing(_("There is no such entry."), entry=public_id)
    return entry


def entries_page(*, book: Book) -> QuerySet[Entry]:
    """Entries of a book with transfers and words, newest recorded first, for the caller to cut into pages."""
    return whole(Entry.objects.filter(book=book)).order_by("-id")


def journal(*, book: Book, from_on: date | None = None, until_on: date | None = None) -> Iterator[Entry]:
    """Go through a book in the order of its journal (date, then number), without holding it all in memory.

    Args:
        book: Which book.
        from_on: First day that counts.
        until_on: First day that no longer counts.
    """
    entries = Entry.objects.filter(book=book)
    if from_on is not None:
        entries = entries.filter(effective_on__gte=from_on)
    if until_on is not None:
        entries = entries.filter(effective_on__lt=until_on)
    return whole(entries).order_by("effective_on", "id").iterator(chunk_size=500)


def transfers_of(entry: Entry) -> list[TransferContent]:
    """Read the transfers of an entry in line order, as they are hashed."""
    return [content_of(transfer) for transfer in _transfers().filter(entry=entry)]


def content_of(transfer: Transfer) -> TransferContent:
    """Give a transfer, read together with its accounts, as it is hashed."""
    return TransferContent(
        debit=transfer.debit_account.code,
        debit_owner=transfer.debit_owner,
        credit=transfer.credit_account.code,
        credit_owner=transfer.credit_owner,
        amount=transfer.amount,
        currency=transfer.currency,
        fund=transfer.fund,
    )


def hash_entry(entry: Entry, *, reverses: str, transfers: Sequence[TransferContent]) -> str:
    """Hash what an entry is, in the encoding that it claims.

    Args:
        entry: Its own fields, and its book.
        reverses: Public id of the entry that it reverses, or nothing.
        transfers: All of its lines, in order.

    Raises:
        UnknownHashVersion: there is no such encoding.
    """
    content = EntryContent(
        book=entry.book.slug,
        public_id=entry.public_id,
        key=entry.key,
        kind=entry.kind,
        effective_on=entry.effective_on,
        recorded_at=entry.recorded_at,
        actor=entry.actor,
        source=entry.source,
        reason=entry.reason,
        batch=entry.batch,
        authority=entry.authority,
        reverses=reverses,
        narration_digest=entry.narration_digest,
        transfers=transfers,
    )
    return compute_content_hash(content, version=entry.hash_version)


def whole(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Fetch entries with their book, transfers, accounts, words and both ends of a reversal."""
    return entries.select_related("book", "narration", "reverses", "reversed_by").prefetch_related(
        Prefetch("transfers", queryset=_transfers())
    )


def _transfers() -> QuerySet[Transfer]:
    return Transfer.objects.select_related("debit_account", "credit_account").order_by("entry_id", "line_no")
