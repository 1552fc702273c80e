"""A payment that somebody is to make, the visits to the checkout page, and the receipt for the money."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from djmoney.models.fields import MoneyField

from core.money import STERLING, to_minor
from foundation.models import AppendOnlyModel, PublicIdModel
from payments.models.accounts import ID_LENGTH
from payments.states import ATTEMPT_STATES, LIVE_ATTEMPT_STATES, PAYMENT_STATES, AttemptState, PaymentState
from people.models import OrganisationOwned

if TYPE_CHECKING:
    from datetime import datetime

KEY_LENGTH = 200
URL_LENGTH = 2000


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Payments of every organisation; pages start from `for_organisation`."""

    def for_organisation(self, organisation: object) -> Self:
        """Payments to one organisation and to no other."""
        return self.filter(organisation=organisation)

    def awaiting_money(self) -> Self:
        """Payments for which the payer may be at the provider now."""
        return self.filter(state=PaymentState.CHECKOUT_OPEN)

    def overdue(self, at: datetime) -> Self:
        """Payments that nobody paid in the time they had."""
        return self.filter(state__in=[PaymentState.CREATED, PaymentState.CHECKOUT_OPEN], expires_at__lte=at)


class Payment(PublicIdModel, OrganisationOwned):
    """What a payer is asked to pay to an organisation, and how far that has come.

    created: nothing is open at the provider. checkout_open: a checkout page waits there for the payer.
    settled: the provider has the money, and a receipt and a ledger entry say so. ended: no money came and none
    is asked for any more. needs_attention: something came that does not fit (`AttentionItem` says what, why, and
    what to do next); nothing was posted for it.
    """

    public_id_prefix: ClassVar[str] = "pay"

    purpose = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    amount = MoneyField(max_digits=14, decimal_places=2, default_currency=STERLING)
    payer_email = models.EmailField(max_length=254, blank=True)
    description = models.CharField(max_length=200)
    state = models.CharField(max_length=20, default=PaymentState.CREATED)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        """A settled payment knows when; a payment of nothing cannot be."""

        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "state"], name="payments_payment_org_state"),
            models.Index(fields=["purpose", "subject"], name="payments_payment_subject"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=PAYMENT_STATES), name="payments_payment_state_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_payment_amount_positive"),
            models.CheckConstraint(condition=Q(amount_currency=STERLING), name="payments_payment_in_sterling"),
            models.CheckConstraint(
                condition=Q(state=PaymentState.SETTLED, settled_at__isnull=False)
                | (~Q(state=PaymentState.SETTLED) & Q(settled_at__isnull=True)),
                name="payments_payment_settled_dated",
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
    def currency(self) -> str:
        """The currency's code in capitals."""
        return str(self.amount.currency.code)


class CheckoutAttempt(PublicIdModel):
    """One visit to the provider's checkout page. Attempts are listed as attempts; a dead one is never used again.

    sent: the request and its idempotency key are stored, and the answer is not known yet. open: the page can be
    paid. complete: the payer finished. expired: it can no longer be paid. failed: the provider refused to open it.
    Everything that was sent is kept, because a repeat under the same key must be the same request.
    """

    public_id_prefix: ClassVar[str] = "chk"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=20, default=AttemptState.SENT)
    idempotency_key = models.CharField(max_length=KEY_LENGTH, unique=True)
    success_url = models.CharField(max_length=URL_LENGTH)
    cancel_url = models.CharField(max_length=URL_LENGTH)
    session_expires_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    session_id = models.CharField(max_length=ID_LENGTH, unique=True, null=True, blank=True)
    url = models.CharField(max_length=URL_LENGTH, blank=True)
    payment_intent_id = models.CharField(max_length=ID_LENGTH, blank=True)
    decline_code = models.CharField(max_length=60, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """At most one attempt of a payment is alive."""

        ordering: ClassVar[list[str]] = ["payment", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["payment", "number"], name="payments_attempt_number_once"),
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(state__in=LIVE_ATTEMPT_STATES),
                name="payments_attempt_one_alive",
            ),
            models.CheckConstraint(condition=Q(state__in=ATTEMPT_STATES), name="payments_attempt_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=[AttemptState.SENT, AttemptState.FAILED]) | Q(session_id__isnull=False),
                name="payments_attempt_open_has_session",
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class Receipt(AppendOnlyModel, PublicIdModel, OrganisationOwned):
    """Money that the provider took for us: one row for each charge, for ever. Append-only.

    `is_duplicate` marks a second charge for a payment that was settled before; it is refunded at once.
    """

    public_id_prefix: ClassVar[str] = "rcp"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="receipts")
    charge_id = models.CharField(max_length=ID_LENGTH, unique=True)
    payment_intent_id = models.CharField(max_length=ID_LENGTH, unique=True)
    balance_transaction_id = models.CharField(max_length=ID_LENGTH, unique=True)
    gross_pence = models.BigIntegerField()
    fee_pence = models.BigIntegerField()
    net_pence = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    is_duplicate = models.BooleanField(default=False)
    settled_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        """Gross, fee and net agree; one payment has one receipt that counts."""

        ordering: ClassVar[list[str]] = ["-settled_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["payment"], condition=Q(is_duplicate=False), name="payments_receipt_one_per_payment"
            ),
            models.CheckConstraint(
                condition=Q(net_pence=F("gross_pence") - F("fee_pence")), name="payments_receipt_net"
            ),
            models.CheckConstraint(condition=Q(gross_pence__gt=0, fee_pence__gte=0), name="payments_receipt_positive"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class StateChange(AppendOnlyModel, OrganisationOwned):
    """Who moved a payment, refund, run or dispute from which state to which, when and why. Append-only."""

    subject = models.CharField(max_length=60, db_index=True)
    from_state = models.CharField(max_length=20)
    to_state = models.CharField(max_length=20)
    actor = models.CharField(max_length=80)
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        """In the order it happened."""

        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(from_state=F("to_state")), name="payments_statechange_is_a_change"),
        ]

    def __str__(self) -> str:
        """Show the step."""
        return f"{self.subject}: {self.from_state} to {self.to_state}"
