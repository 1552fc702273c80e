"""An organisation's account at the payment provider, and what the provider says is in it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from foundation.models import AppendOnlyModel
from people.models import OrganisationOwned

ID_LENGTH = 100


class ProviderAccount(OrganisationOwned):
    """The connected account on which an organisation's charges are made.

    `reconciled_until` is the high-water mark of the hourly comparison with the provider's own list.
    """

    account_id = models.CharField(max_length=ID_LENGTH, unique=True)
    opened_at = models.DateTimeField()
    reconciled_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One account for an organisation: the clearing account of its books stands for exactly one balance."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation"], name="payments_account_one_per_organisation"),
            models.CheckConstraint(condition=Q(account_id__startswith="acct_"), name="payments_account_id_shape"),
        ]

    def __str__(self) -> str:
        """Show the provider's id."""
        return self.account_id


class BalanceTransaction(AppendOnlyModel):
    """One line of the provider's own statement: a fact, copied as it was given. Append-only.

    Amounts are whole minor units with the provider's sign: `net` is what the balance changed by.
    """

    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="balance_transactions")
    transaction_id = models.CharField(max_length=ID_LENGTH, unique=True)
    type = models.CharField(max_length=60)
    source_id = models.CharField(max_length=ID_LENGTH, blank=True)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField()
    available_on_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        """The provider's arithmetic is checked, not believed."""

        ordering: ClassVar[list[str]] = ["created_at", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "created_at"], name="payments_bt_account_created"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(net_minor=F("amount_minor") - F("fee_minor")), name="payments_bt_net_is_amount_less_fee"
            ),
        ]

    def __str__(self) -> str:
        """Show the provider's id."""
        return self.transaction_id


class BalanceSnapshot(AppendOnlyModel):
    """What the provider said was in an account at one instant. Append-only."""

    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="snapshots")
    at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    available_minor = models.BigIntegerField()
    pending_minor = models.BigIntegerField()

    class Meta:
        """The newest is looked for most."""

        ordering: ClassVar[list[str]] = ["-at", "-id"]
        get_latest_by = "at"

    def __str__(self) -> str:
        """Show whose balance it was, and when."""
        return f"{self.account_id} {self.at:%Y-%m-%dT%H:%M}"
