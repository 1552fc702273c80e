"""What is posted: entries, their transfers, and their words."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import F, Q

from ledger.models.books import Account, Book

MAX_AMOUNT: Final = 10**15
"""The largest single transfer in minor units: ten trillion pounds. Nine thousand of them still fit a balance."""

OWNER_LENGTH: Final = 64


class Entry(models.Model):
    """One event in the books, made of `line_count` transfers that are written with it and never after it.

    `key` makes the posting happen once per book; `fingerprint` is the hash of what was asked under that key.
    `content_hash` covers the entry and its transfers, and the salted digest of its narration. `authority` is what
    allowed a date in a softly closed period; empty for an ordinary entry.
    """

    book = models.ForeignKey(
        Book, on_delete=models.PROTECT, related_name="entries", db_constraint=False, db_index=False
    )
    public_id = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=64)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    source = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")
    batch = models.CharField(max_length=100, blank=True, default="")
    authority = models.CharField(max_length=32, blank=True, default="")
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by", db_constraint=False
    )
    line_count = models.SmallIntegerField()
    fingerprint = models.CharField(max_length=64)
    narration_digest = models.CharField(max_length=64, blank=True, default="")
    hash_version = models.SmallIntegerField()
    content_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("effective_on", "id")
        verbose_name_plural = "entries"
        constraints = (
            # Not unique=True, which makes a second index for LIKE.
            models.UniqueConstraint(fields=("public_id",), name="ledger_entry_public_id_once"),
            models.UniqueConstraint(fields=("book", "key"), name="ledger_entry_key_once"),
            models.CheckConstraint(condition=~Q(key="") & ~Q(kind="") & ~Q(actor=""), name="ledger_entry_named"),
        )
        indexes = (
            models.Index(fields=("book", "effective_on", "id"), name="ledger_entry_by_date"),
            models.Index(fields=("book", "recorded_at"), name="ledger_entry_by_recording"),
            models.Index(fields=("batch",), condition=~Q(batch=""), name="ledger_entry_by_batch"),
        )

    def __str__(self) -> str:
        return self.public_id


class Narration(models.Model):
    """The words of an entry, apart from it so that they can be erased without touching the entry or its hash."""

    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, primary_key=True, related_name="narration", db_constraint=False
    )
    text = models.CharField(max_length=500)
    salt = models.CharField(max_length=32)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(text="", salt=""), name="ledger_narration_erased_is_empty"
            ),
        )

    def __str__(self) -> str:
        return self.text


class Transfer(models.Model):
    """One amount from one (account, owner) to another: debit and credit in a single row, so it cannot be unbalanced.

    Book, date and currency repeat the entry's and the accounts'; the trigger of the table holds them equal. What they
    refer to is never changed or deleted, so foreign keys would only add locks (docs/decisions/0005-posting-speed.md).
    """

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="transfers", db_constraint=False, db_index=False
    )
    line_no = models.SmallIntegerField()
    effective_on = models.DateField()
    currency = models.CharField(max_length=3)
    debit_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    debit_owner = models.CharField(max_length=OWNER_LENGTH, blank=True, default="")
    credit_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    credit_owner = models.CharField(max_length=OWNER_LENGTH, blank=True, default="")
    amount = models.BigIntegerField()
    fund = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ("entry_id", "line_no")
        constraints = (
            models.UniqueConstraint(fields=("entry", "line_no"), name="ledger_transfer_line_once"),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=MAX_AMOUNT), name="ledger_transfer_amount"),
            models.CheckConstraint(
                condition=~Q(debit_account=F("credit_account"), debit_owner=F("credit_owner")),
                name="ledger_transfer_sides_differ",
            ),
        )
        indexes = (
            models.Index(fields=("debit_account", "effective_on", "id"), name="ledger_transfer_debits"),
            models.Index(fields=("credit_account", "effective_on", "id"), name="ledger_transfer_credits"),
            models.Index(
                fields=("debit_owner", "debit_account"),
                condition=~Q(debit_owner=""),
                name="ledger_transfer_debit_owner",
            ),
            models.Index(
                fields=("credit_owner", "credit_account"),
                condition=~Q(credit_owner=""),
                name="ledger_transfer_credit_owner",
            ),
        )

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.line_no}"
