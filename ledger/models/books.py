"""Books, the accounts in them, and the closing of an account."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ledger.states import JOURNAL_ROOTS, NORMAL_SIGN, AccountType


class Book(models.Model):
    """One set of accounts of one organisation. An organisation may keep several: main, memo, one per vehicle.

    `organisation` is an opaque reference. Nothing dated on or before `locked_through` can be posted; the date only
    moves forward. What is dated after it and on or before `soft_through` needs an entry with authority.
    """

    slug = models.SlugField(max_length=64, unique=True)
    organisation = models.CharField(max_length=64)
    kind = models.CharField(max_length=64, default="main")
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, default="GBP")
    template = models.CharField(max_length=32)
    opened_at = models.DateTimeField()
    locked_through = models.DateField(null=True, blank=True)
    soft_through = models.DateField(null=True, blank=True)

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


class AccountClosure(models.Model):
    """From the day after `closed_on` nothing can be posted to the account. Its balance was zero when it was closed."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, primary_key=True, related_name="closure")
    closed_on = models.DateField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"{self.account_id} {self.closed_on}"
