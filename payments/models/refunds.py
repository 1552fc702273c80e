"""Money on its way back to the card it came from, alone or in a run of many, and disputes."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from djmoney.models.fields import MoneyField

from core.money import STERLING, to_minor
from foundation.models import PublicIdModel
from payments.models.accounts import ID_LENGTH
from payments.models.payments import KEY_LENGTH, Payment, Receipt
from payments.states import (
    DISPUTE_STATES,
    OPEN_REFUND_STATES,
    REFUND_STATES,
    RUN_STATES,
    DisputeState,
    RefundState,
    RunState,
)
from people.models import OrganisationOwned


class RefundQuerySet(models.QuerySet["Refund"]):
    """Refunds of every organisation; pages start from `for_organisation`."""

    def for_organisation(self, organisation: object) -> Self:
        """Refunds by one organisation and by no other."""
        return self.filter(organisation=organisation)

    def unfinished(self) -> Self:
        """Refunds that have not reached the payer yet."""
        return self.filter(state__in=OPEN_REFUND_STATES)


class Refund(PublicIdModel, OrganisationOwned):
    """Money that goes back to the source of a receipt.

    requested: decided, nothing sent. sent: the request and its key are stored, the answer is not known yet.
    pending: the provider has taken it on and not finished. succeeded: it left the balance, and the books say so.
    failed: the provider or the card issuer gave up; the money is still owed, and a person pays it by bank.
    """

    public_id_prefix: ClassVar[str] = "rfd"

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=KEY_LENGTH)
    amount = MoneyField(max_digits=14, decimal_places=2, default_currency=STERLING)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=20, default=RefundState.REQUESTED)
    requested_by = models.CharField(max_length=80)
    requested_at = models.DateTimeField()
    attempt = models.PositiveIntegerField(default=1)
    sent_at = models.DateTimeField(null=True, blank=True)
    claimed_until_at = models.DateTimeField(null=True, blank=True)
    provider_refund_id = models.CharField(max_length=ID_LENGTH, unique=True, null=True, blank=True)
    balance_transaction_id = models.CharField(max_length=ID_LENGTH, blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure_code = models.CharField(max_length=60, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        """One refund for each key of a receipt; what succeeded or failed is dated."""

        ordering: ClassVar[list[str]] = ["-requested_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "state"], name="payments_refund_org_state"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["receipt", "key"], name="payments_refund_key_once"),
            models.CheckConstraint(condition=Q(state__in=REFUND_STATES), name="payments_refund_state_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_refund_amount_positive"),
            models.CheckConstraint(condition=Q(amount_currency=STERLING), name="payments_refund_in_sterling"),
            models.CheckConstraint(
                condition=~Q(state=RefundState.SUCCEEDED)
                | Q(succeeded_at__isnull=False, provider_refund_id__isnull=False),
                name="payments_refund_succeeded_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state=RefundState.FAILED) | Q(failed_at__isnull=False),
                name="payments_refund_failed_dated",
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id

    @property
    def amount_pence(self) -> int:
        """The amount in whole pence."""
        return to_minor(self.amount)

    @property
    def payment(self) -> Payment:
        """The payment that goes back; select `receipt__payment` with the row."""
        return self.receipt.payment

    @property
    def idempotency_key(self) -> str:
        """The provider's key: the same for each repeat of one attempt."""
        return f"refund:{self.public_id}:{self.attempt}"


class RefundRun(PublicIdModel, OrganisationOwned):
    """Many refunds that belong together, such as every payment of an offer that failed.

    prepared: listed and added up, nothing sent. running: the worker sends one after another. paused: the
    provider's available balance ran short, or it did not answer; `pause_reason` and `missing_pence` say which.
    finished: each refund was taken on by the provider or failed, and the failed ones are listed for attention.
    """

    public_id_prefix: ClassVar[str] = "run"

    purpose = models.CharField(max_length=40)
    key = models.CharField(max_length=KEY_LENGTH)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=20, default=RunState.PREPARED)
    total_pence = models.BigIntegerField(default=0)
    refund_count = models.PositiveIntegerField(default=0)
    batch = models.PositiveIntegerField(default=0)
    available_pence = models.BigIntegerField(null=True, blank=True)
    pending_pence = models.BigIntegerField(null=True, blank=True)
    missing_pence = models.BigIntegerField(null=True, blank=True)
    measured_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=60, blank=True)
    prepared_by = models.CharField(max_length=80)
    prepared_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    job_id = models.CharField(max_length=60, blank=True)

    class Meta:
        """One run for each key of an organisation."""

        ordering: ClassVar[list[str]] = ["-prepared_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "key"], name="payments_run_key_once"),
            models.CheckConstraint(condition=Q(state__in=RUN_STATES), name="payments_run_state_known"),
            models.CheckConstraint(
                condition=~Q(state=RunState.FINISHED) | Q(finished_at__isnull=False),
                name="payments_run_finished_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state=RunState.PAUSED) | ~Q(pause_reason=""), name="payments_run_paused_says_why"
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class RefundRunItem(models.Model):
    """One refund of a run; a refund is in one run at most."""

    run = models.ForeignKey(RefundRun, on_delete=models.PROTECT, related_name="items")
    refund = models.OneToOneField(Refund, on_delete=models.PROTECT, related_name="run_item")
    position = models.PositiveIntegerField()

    class Meta:
        """In the order in which they are sent."""

        ordering: ClassVar[list[str]] = ["run", "position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "position"], name="payments_run_position_once"),
        ]

    def __str__(self) -> str:
        """Show the place in the run."""
        return f"{self.run_id}/{self.position}"


class Dispute(PublicIdModel, OrganisationOwned):
    """A card holder told the bank that a charge was wrong; the provider took the money back meanwhile.

    open: the money and the dispute fee left the balance. won: the money came back. lost: it did not.
    `held_account` is the ledger account that bore the money when the dispute opened.
    """

    public_id_prefix: ClassVar[str] = "dsp"

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="disputes")
    dispute_id = models.CharField(max_length=ID_LENGTH, unique=True)
    state = models.CharField(max_length=20, default=DisputeState.OPEN)
    amount_pence = models.BigIntegerField()
    fee_pence = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    provider_reason = models.CharField(max_length=60, blank=True)
    held_account = models.CharField(max_length=10)
    evidence_due_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A closed dispute is dated."""

        ordering: ClassVar[list[str]] = ["-opened_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=DISPUTE_STATES), name="payments_dispute_state_known"),
            models.CheckConstraint(
                condition=Q(state=DisputeState.OPEN) | Q(closed_at__isnull=False),
                name="payments_dispute_closed_dated",
            ),
            models.CheckConstraint(condition=Q(amount_pence__gt=0, fee_pence__gte=0), name="payments_dispute_positive"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
