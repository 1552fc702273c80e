"""The chain over a book's entries, and where its head was published."""

from __future__ import annotations

from django.db import models

from ledger.models.books import Book
from ledger.models.entries import Entry


class SealQueue(models.Model):
    """An entry that waits for its number in the chain. Written by a trigger, emptied by the sealer, nobody else."""

    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)

    def __str__(self) -> str:
        return str(self.entry_id)


class Seal(models.Model):
    """The gapless number of an entry in its book, and the hash that ties it to all entries before it."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="seals", db_index=False)
    seq = models.BigIntegerField()
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="seal")
    previous_hash = models.CharField(max_length=64, blank=True, default="")
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ("book_id", "seq")
        constraints = (models.UniqueConstraint(fields=("book", "seq"), name="ledger_seal_number_once"),)

    def __str__(self) -> str:
        return f"{self.book_id}/{self.seq}"


class Anchor(models.Model):
    """A head of the chain that was published outside the database, and where: what was seen cannot be rewritten."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="anchors", db_index=False)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    place = models.CharField(max_length=200)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("book_id", "seq")
        constraints = (models.UniqueConstraint(fields=("book", "seq", "place"), name="ledger_anchor_once"),)

    def __str__(self) -> str:
        return f"{self.book_id}/{self.seq} {self.place}"
