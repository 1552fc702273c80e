"""Money reserved but not yet posted, and how each reservation ended."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from ledger.models.books import Account, Book
from ledger.models.entries import MAX_AMOUNT, OWNER_LENGTH, Entry
from ledger.states import HoldEnding


class Hold(models.Model):
    """A transfer that may happen: its amount is out of reach of others from now until the hold ends.

    It counts against the floor of what would be credited or debited away, and against the ceiling of the other side.
    """

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="holds", db_constraint=False, db_index=False)
    public_id = models.CharField(max_length=40, unique=True)
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=64)
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
    held_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    actor = models.CharField(max_length=100)
    source = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("book", "key"), name="ledger_hold_key_once"),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=MAX_AMOUNT), name="ledger_hold_amount"),
            models.CheckConstraint(condition=~Q(key="") & ~Q(kind="") & ~Q(actor=""), name="ledger_hold_named"),
            models.CheckConstraint(
                condition=~Q(debit_account=F("credit_account"), debit_owner=F("credit_owner")),
                name="ledger_hold_sides_differ",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("held_at")), name="ledger_hold_expires_later"
            ),
        )
        indexes = (
            models.Index(fields=("book", "expires_at"), name="ledger_hold_by_expiry"),
            models.Index(fields=("debit_account", "debit_owner"), name="ledger_hold_debits"),
            models.Index(fields=("credit_account", "credit_owner"), name="ledger_hold_credits"),
        )

    def __str__(self) -> str:
        return self.public_id


class HoldEnd(models.Model):
    """How a hold ended: posted (all or part of it, the rest is let go), voided, or expired. Once."""

    hold = models.OneToOneField(Hold, on_delete=models.PROTECT, primary_key=True, related_name="end")
    how = models.CharField(max_length=8, choices=[(one.value, one.value) for one in HoldEnding])
    amount = models.BigIntegerField(default=0)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="posted_hold")
    ended_at = models.DateTimeField()
    actor = models.CharField(max_length=100)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(how="posted", entry__isnull=False, amount__gt=0)
                | Q(how__in=("voided", "expired"), entry__isnull=True, amount=0),
                name="ledger_hold_end_shape",
            ),
        )

    def __str__(self) -> str:
        return f"{self.hold_id} {self.how}"
