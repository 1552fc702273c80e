"""The ledger's tables. Every figure is a whole number of minor units (pence).

The application role may insert books, accounts, entries, transfers and narrations and may read everything; it can
update, delete or truncate nothing here. Balances and day totals are written by a trigger alone
(migrations/0002_guards_forward.sql).
"""

from typing import Final

from django.db import models
from django.db.models import F, Q

from ledger.states import JOURNAL_ROOTS, NORMAL_SIGN, AccountType

MAX_AMOUNT: Final = 10**15
"""The largest single transfer in minor units: ten trillion pounds. Nine thousand of them still fit a balance."""

OWNER_LENGTH: Final = 64


class Book(models.Model):
    """One set of accounts of one organisation. An organisation may keep several: main, memo, one per vehicle.

    `organisation` is an opaque reference. Nothing dated on or before `locked_through` can be posted; the date only
    moves forward.
    """

    slug = models.SlugField(max_length=64, unique=True)
    organisation = models.CharField(max_length=64)
    kind = models.CharField(max_length=64, default="main")
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, default="GBP")
    template = models.CharField(max_length=32)
    opened_at = models.DateTimeField()
    locked_through = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("slug",)
        constraints = (
            models.UniqueConstraint(fields=("organisation", "kind"), name="ledger_book_one_per_kind"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="ledger_book_currency_code"),
            models.CheckConstraint(condition=~Q(organisation=""), name="ledger_book_has_organisation"),
        )

    def __str__(self) -> str:
        return self.slug


class Account(models.Model):
    """One line of a book's chart.

    `is_control`: the balance is the sum of what its owners hold, so each posting to it names an owner; postings to
    other accounts name none. `floor` and `ceiling` bound the whole account, `owner_floor` and `owner_ceiling` each
    owner's part; all four are on the account's normal side, in minor units, and None means no limit. An account is
    never changed once it exists.
    """

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="accounts", db_index=False)
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=100)
    type = models.CharField(max_length=1, choices=[(one.value, one.name.title()) for one in AccountType])
    currency = models.CharField(max_length=3)
    is_control = models.BooleanField(default=False)
    floor = models.BigIntegerField(null=True, blank=True)
    ceiling = models.BigIntegerField(null=True, blank=True)
    owner_floor = models.BigIntegerField(null=True, blank=True)
    owner_ceiling = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("book_id", "code")
        constraints = (
            models.UniqueConstraint(fields=("book", "code"), name="ledger_account_code_once"),
            models.CheckConstraint(
                condition=Q(type__in=[one.value for one in AccountType]), name="ledger_account_type"
            ),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{4,8}$"), name="ledger_account_code_digits"),
            # The name is part of an account's name in the plain-text journal: letters, digits and hyphens only.
            models.CheckConstraint(
                condition=Q(name__regex=r"^[A-Z0-9][A-Za-z0-9-]*$"), name="ledger_account_name_plain"
            ),
            # A balance row begins at zero, so zero has to lie within every limit.
            models.CheckConstraint(condition=Q(floor__isnull=True) | Q(floor__lte=0), name="ledger_account_floor"),
            models.CheckConstraint(
                condition=Q(ceiling__isnull=True) | Q(ceiling__gte=0), name="ledger_account_ceiling"
            ),
            models.CheckConstraint(
                condition=Q(owner_floor__isnull=True) | Q(owner_floor__lte=0, is_control=True),
                name="ledger_account_owner_floor",
            ),
            models.CheckConstraint(
                condition=Q(owner_ceiling__isnull=True) | Q(owner_ceiling__gte=0, is_control=True),
                name="ledger_account_owner_ceiling",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def sign(self) -> int:
        """+1 where a debit makes the balance grow, -1 where a credit does."""
        return NORMAL_SIGN[AccountType(self.type)]

    @property
    def journal_name(self) -> str:
        """The account's name in a plain-text journal, such as Assets:1200-Bank-Current."""
        return f"{JOURNAL_ROOTS[AccountType(self.type)]}:{self.code}-{self.name}"


class Entry(models.Model):
    """One event in the books, made of `line_count` transfers that are written with it and never after it.

    `key` makes the posting happen once per book; `fingerprint` is the hash of what was asked under that key.
    `content_hash` covers the entry and its transfers, and the salted digest of its narration.
    """

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="entries", db_index=False)
    public_id = models.CharField(max_length=40, unique=True)
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=64)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    source = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")
    batch = models.CharField(max_length=100, blank=True, default="")
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by", db_constraint=False
    )
    line_count = models.PositiveSmallIntegerField()
    fingerprint = models.CharField(max_length=64)
    narration_digest = models.CharField(max_length=64, blank=True, default="")
    hash_version = models.PositiveSmallIntegerField()
    content_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("effective_on", "id")
        verbose_name_plural = "entries"
        constraints = (
            models.UniqueConstraint(fields=("book", "key"), name="ledger_entry_key_once"),
            models.CheckConstraint(condition=Q(line_count__gte=1), name="ledger_entry_has_lines"),
            models.CheckConstraint(condition=~Q(key="") & ~Q(kind="") & ~Q(actor=""), name="ledger_entry_named"),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | ~Q(reverses=F("id")), name="ledger_entry_not_own_reversal"
            ),
        )
        indexes = (models.Index(fields=("book", "effective_on", "id"), name="ledger_entry_by_date"),)

    def __str__(self) -> str:
        return self.public_id


class Narration(models.Model):
    """The words of an entry, apart from it so that they can be erased without touching the entry or its hash."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="narration")
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

    Book, date and currency repeat the entry's and the accounts'; composite foreign keys hold them equal.
    """

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="transfers", db_constraint=False, db_index=False
    )
    line_no = models.PositiveSmallIntegerField()
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


class Balance(models.Model):
    """What has been debited and credited so far; owner "" is the whole account. Written by the trigger alone."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="balances", db_index=False)
    owner = models.CharField(max_length=OWNER_LENGTH, blank=True, default="")
    sign = models.SmallIntegerField()
    debits = models.BigIntegerField(default=0)
    credits = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(null=True)
    ceiling = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("account", "owner"), name="ledger_balance_once"),
            models.CheckConstraint(condition=Q(sign__in=(1, -1)), name="ledger_balance_sign"),
            models.CheckConstraint(
                condition=Q(floor__isnull=True) | Q(floor__lte=F("sign") * (F("debits") - F("credits"))),
                name="ledger_balance_floor",
            ),
            models.CheckConstraint(
                condition=Q(ceiling__isnull=True) | Q(ceiling__gte=F("sign") * (F("debits") - F("credits"))),
                name="ledger_balance_ceiling",
            ),
        )
        indexes = (models.Index(fields=("owner",), condition=~Q(owner=""), name="ledger_balance_by_owner"),)

    def __str__(self) -> str:
        return f"{self.account_id}/{self.owner}"


class DayTotal(models.Model):
    """What one day debited and credited; never cumulative, so a back-dated posting touches one row a side."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="day_totals", db_index=False)
    owner = models.CharField(max_length=OWNER_LENGTH, blank=True, default="")
    effective_on = models.DateField()
    debits = models.BigIntegerField(default=0)
    credits = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("account", "owner", "effective_on"), name="ledger_day_total_once"),
        )

    def __str__(self) -> str:
        return f"{self.account_id}/{self.owner} {self.effective_on}"
