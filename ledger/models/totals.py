"""Figures worked out by the database from what is posted: balances, day totals, and closed periods."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ledger.models.books import Account, Book
from ledger.models.entries import OWNER_LENGTH


class Balance(models.Model):
    """What has been debited and credited so far; owner "" is the whole account. Written by triggers alone.

    Money held out of the account counts against the floor at once, money held into it against the ceiling: what is
    reserved is never counted twice. The limits are one CHECK made of a function, ledger_balance_limits
    (migrations/0002_guards_forward.sql): as expressions here they took two thirds of the time of an update.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="balances", db_index=False)
    owner = models.CharField(max_length=OWNER_LENGTH, blank=True, default="")
    sign = models.SmallIntegerField()
    debits = models.BigIntegerField(default=0)
    credits = models.BigIntegerField(default=0)
    held_debits = models.BigIntegerField(default=0)
    held_credits = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(null=True)
    ceiling = models.BigIntegerField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "owner"), name="ledger_balance_once"),)
        indexes = (models.Index(fields=("owner",), condition=~Q(owner=""), name="ledger_balance_by_owner"),)

    def __str__(self) -> str:
        return f"{self.account_id}/{self.owner}"

    @property
    def balance(self) -> int:
        """What is posted, on the normal side."""
        return self.sign * (self.debits - self.credits)

    @property
    def held_out(self) -> int:
        """What is reserved to leave."""
        return self.held_credits if self.sign == 1 else self.held_debits

    @property
    def held_in(self) -> int:
        """What is reserved to come."""
        return self.held_debits if self.sign == 1 else self.held_credits


class DayTotal(models.Model):
    """What one day debited and credited, by fund; never cumulative, so a back-dated posting touches one row a side."""

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="day_totals", db_constraint=False, db_index=False
    )
    owner = models.CharField(max_length=OWNER_LENGTH, blank=True, default="")
    fund = models.CharField(max_length=64, blank=True, default="")
    effective_on = models.DateField()
    debits = models.BigIntegerField(default=0)
    credits = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("account", "owner", "effective_on", "fund"), name="ledger_day_total_once"),
        )

    def __str__(self) -> str:
        return f"{self.account_id}/{self.owner} {self.effective_on}"


class Period(models.Model):
    """A stretch of a book's days that was closed for good; it begins where the one before it ended.

    `head_seq` and `head_hash` are the seal that the book's chain stood at when it was closed.
    """

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="periods", db_index=False)
    end_on = models.DateField()
    closed_at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    head_seq = models.BigIntegerField()
    head_hash = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ("book_id", "end_on")
        constraints = (models.UniqueConstraint(fields=("book", "end_on"), name="ledger_period_end_once"),)

    def __str__(self) -> str:
        return f"{self.book_id} {self.end_on}"


class PeriodBalance(models.Model):
    """All that an account (owner "") or an owner's part of it had seen by the end of a closed period, by fund.

    A whole account has a row for each period once it was used; an owner only for periods in which something moved,
    so the last row on or before a day is the one that counts.
    """

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="balances")
    end_on = models.DateField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    owner = models.CharField(max_length=OWNER_LENGTH, blank=True, default="")
    fund = models.CharField(max_length=64, blank=True, default="")
    debits = models.BigIntegerField()
    credits = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("account", "owner", "end_on", "fund"), name="ledger_period_balance_once"),
        )

    def __str__(self) -> str:
        return f"{self.account_id}/{self.owner} {self.end_on}"
