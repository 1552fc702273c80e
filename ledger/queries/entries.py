"""Entries: one, a page of them, or all in the order of a journal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from core.errors import NotFound
from ledger.arithmetic.content import TransferContent
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


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries are wanted; what is left out does not narrow.

    `text` is looked for in narration, source, reason, batch, key and public id; `account` by code and `owner` on
    either side of a transfer, the two together on the same side; amounts in minor units, of any one transfer.
    """

    from_on: date | None = None
    until_on: date | None = None
    kind: str = ""
    account: str = ""
    owner: str = ""
    fund: str = ""
    source: str = ""
    batch: str = ""
    text: str = ""
    amount: int | None = None


def entries_page(*, book: Book, wanted: EntryFilter | None = None) -> QuerySet[Entry]:
    """Entries of a book with transfers and words, newest recorded first, for the caller to cut into pages.

    Args:
        book: Which book.
        wanted: Which entries; None for all.
    """
    entries = Entry.objects.filter(book=book)
    if wanted is not None:
        entries = _narrow(entries, wanted)
    return whole(entries).order_by("-id")


def kinds_of(*, book: Book) -> list[str]:
    """List the kinds of entries that a book has, by name."""
    kinds = Entry.objects.filter(book=book).order_by("kind").values_list("kind", flat=True)
    return list(kinds.distinct())


def _narrow(entries: QuerySet[Entry], wanted: EntryFilter) -> QuerySet[Entry]:
    entries = _narrow_by_transfers(entries, wanted)
    exact = {"kind": wanted.kind, "source": wanted.source, "batch": wanted.batch}
    entries = entries.filter(**{name: value for name, value in exact.items() if value})
    if wanted.from_on is not None:
        entries = entries.filter(effective_on__gte=wanted.from_on)
    if wanted.until_on is not None:
        entries = entries.filter(effective_on__lt=wanted.until_on)
    if wanted.text:
        fields = ("narration__text", "source", "reason", "batch", "key", "public_id")
        found = Q()
        for name in fields:
            found |= Q(**{f"{name}__icontains": wanted.text})
        entries = entries.filter(found)
    return entries


def _narrow_by_transfers(entries: QuerySet[Entry], wanted: EntryFilter) -> QuerySet[Entry]:
    if wanted.amount is None and not (wanted.fund or wanted.account or wanted.owner):
        return entries
    transfers = Transfer.objects.filter(entry=OuterRef("pk"))
    if wanted.amount is not None:
        transfers = transfers.filter(amount=wanted.amount)
    if wanted.fund:
        transfers = transfers.filter(fund=wanted.fund)
    if wanted.account or wanted.owner:
        transfers = transfers.filter(_on_side("debit", wanted) | _on_side("credit", wanted))
    return entries.filter(Exists(transfers))


def _on_side(side: str, wanted: EntryFilter) -> Q:
    asked = {f"{side}_account__code": wanted.account, f"{side}_owner": wanted.owner}
    return Q(**{name: value for name, value in asked.items() if value})


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


def whole(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Fetch entries with their book, transfers, accounts, words and both ends of a reversal."""
    return entries.select_related("book", "narration", "reverses", "reversed_by").prefetch_related(
        Prefetch("transfers", queryset=_transfers())
    )


def _transfers() -> QuerySet[Transfer]:
    return Transfer.objects.select_related("debit_account", "credit_account").order_by("entry_id", "line_no")
