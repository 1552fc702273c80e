"""What providers are due and were paid, what commissioners owe for people they did not refer, and statements of it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bonds.arithmetic.provider_pay import RESULT_KINDS, PayKind
from bonds.models import choices
from bonds.models.claims import Clawback, LineResult
from bonds.models.contracts import OutcomesContract
from bonds.models.invoices import ClaimRound, Invoice
from bonds.models.parties import Party
from foundation.models import AppendOnlyModel, PublicIdModel

PAY_KINDS: choices.Choices = [
    (PayKind.FEE.value, _("fee for the service")),
    (PayKind.OUTCOME.value, _("price of a result")),
    (PayKind.SUCCESS.value, _("share of what a result earned")),
    (PayKind.COMPENSATION.value, _("compensation for people who were not referred")),
]
_RESULT_KINDS = [kind.value for kind in RESULT_KINDS]


class ReferralCompensation(PublicIdModel, AppendOnlyModel):
    """A commissioner referred fewer people than it guaranteed, and owes for it: the holder accepted how many.

    It is asked of the commissioner by an invoice of its own, and passed on to the provider. Append-only: what was
    accepted wrongly is undone by another row, and the period can be made good again.
    """

    public_id_prefix: ClassVar[str] = "rcp"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="compensations")
    commissioner = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="compensations_owed")
    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="compensations_received")
    from_on = models.DateField()
    until_on = models.DateField()
    least = models.PositiveIntegerField()
    came = models.PositiveIntegerField()
    each_pence = models.BigIntegerField()
    pence = models.BigIntegerField()
    version_number = models.PositiveSmallIntegerField()
    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="compensation")
    accepted_on = models.DateField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """The amount is so many times that for each; that no day is made good twice is a trigger's."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(pence=(F("least") - F("came")) * F("each_pence"), pence__gt=0),
                name="bonds_compensation_adds_up",
            ),
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="bonds_compensation_period"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class CompensationUndoing(PublicIdModel, AppendOnlyModel):
    """A compensation was undone: the commissioner owes it no more, and the provider is not due it. Append-only.

    `note` takes it off the invoice where that was still to be paid; otherwise the commissioner has paid too much, and
    its next parts settle it.
    """

    public_id_prefix: ClassVar[str] = "rcu"

    compensation = models.OneToOneField(ReferralCompensation, on_delete=models.PROTECT, related_name="undoing")
    note = models.OneToOneField(
        Invoice, on_delete=models.PROTECT, null=True, blank=True, related_name="undone_compensation"
    )
    reason = models.TextField(_("why"))
    undone_on = models.DateField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """It says why."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(reason=""), name="bonds_compundoing_says_why"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class ProviderAccrual(PublicIdModel, AppendOnlyModel):
    """What providers were due by a day was booked, all that was not booked before. Append-only.

    `through_run` is the number of the last working, and `through_clawback` the last line taken back, that it saw.
    """

    public_id_prefix: ClassVar[str] = "pac"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="provider_accruals")
    number = models.PositiveIntegerField()
    through_run = models.PositiveIntegerField()
    through_clawback = models.PositiveBigIntegerField()
    booked_on = models.DateField()
    pence = models.BigIntegerField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """Numbers count up."""

        ordering: ClassVar[list[str]] = ["contract_id", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contract", "number"], name="bonds_provideraccrual_number_once"),
        ]

    def __str__(self) -> str:
        """Show the number."""
        return f"accrual {self.number}"


class ProviderDue(PublicIdModel, AppendOnlyModel):
    """An amount that the contract holder owes a provider, or less than nothing where it goes back. Append-only.

    A fee is for a month of service; a price or a share for an accepted result, and its opposite when that was taken
    back; a compensation for people who were not referred, and its opposite when that was undone. The round is that of
    the month or of the claim; its id is the batch of the entry. `steps` is what people are shown.
    """

    public_id_prefix: ClassVar[str] = "pdu"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="provider_dues")
    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="dues")
    accrual = models.ForeignKey(ProviderAccrual, on_delete=models.PROTECT, null=True, blank=True, related_name="dues")
    round = models.ForeignKey(ClaimRound, on_delete=models.PROTECT, related_name="provider_dues")
    kind = models.CharField(max_length=14, choices=PAY_KINDS)
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    place = models.PositiveSmallIntegerField(default=1)
    result = models.ForeignKey(LineResult, on_delete=models.PROTECT, null=True, blank=True, related_name="dues")
    clawback = models.ForeignKey(Clawback, on_delete=models.PROTECT, null=True, blank=True, related_name="dues")
    compensation = models.OneToOneField(
        ReferralCompensation, on_delete=models.PROTECT, null=True, blank=True, related_name="due"
    )
    undoing = models.OneToOneField(
        CompensationUndoing, on_delete=models.PROTECT, null=True, blank=True, related_name="due"
    )
    pence = models.BigIntegerField()
    steps = models.JSONField()
    booked_on = models.DateField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """Each result is due once, and goes back once; a month's fee changes only by another row."""

        ordering: ClassVar[list[str]] = ["pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["provider", "booked_on"], name="bonds_providerdue_booked"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            choices.known("kind", PayKind, "bonds_providerdue_kind_known"),
            models.CheckConstraint(condition=~Q(pence=0), name="bonds_providerdue_not_nothing"),
            models.CheckConstraint(
                condition=Q(
                    kind=PayKind.FEE.value,
                    from_on__isnull=False,
                    until_on__gt=F("from_on"),
                    accrual__isnull=False,
                    result__isnull=True,
                    clawback__isnull=True,
                    compensation__isnull=True,
                    undoing__isnull=True,
                )
                | Q(
                    kind__in=_RESULT_KINDS,
                    from_on__isnull=True,
                    until_on__isnull=True,
                    accrual__isnull=False,
                    result__isnull=False,
                    compensation__isnull=True,
                    undoing__isnull=True,
                )
                & (Q(clawback__isnull=True, pence__gt=0) | Q(clawback__isnull=False, pence__lt=0))
                | Q(
                    kind=PayKind.COMPENSATION.value,
                    result__isnull=True,
                    clawback__isnull=True,
                )
                & (
                    Q(compensation__isnull=False, undoing__isnull=True, pence__gt=0)
                    | Q(compensation__isnull=True, undoing__isnull=False, pence__lt=0)
                ),
                name="bonds_providerdue_sound",
            ),
            models.UniqueConstraint(
                fields=["provider", "from_on", "place"],
                condition=Q(kind=PayKind.FEE.value),
                name="bonds_providerdue_month_once",
            ),
            models.UniqueConstraint(
                fields=["result", "kind"],
                condition=Q(result__isnull=False, clawback__isnull=True),
                name="bonds_providerdue_result_once",
            ),
            models.UniqueConstraint(
                fields=["clawback", "kind"],
                condition=Q(clawback__isnull=False),
                name="bonds_providerdue_back_once",
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id

    @property
    def is_taken_back(self) -> bool:
        """Whether it undoes what was due before."""
        return self.clawback_id is not None or self.undoing_id is not None


class ProviderPaymentQuerySet(models.QuerySet["ProviderPayment"]):
    """Money that providers were paid."""

    def standing(self) -> Self:
        """What was not undone; what undoes something is left out as well."""
        return self.filter(undoes=None, undone_by=None)


class ProviderPayment(PublicIdModel, AppendOnlyModel):
    """A provider was paid what it is due, or a part: tied to the payment that a second person let in. Append-only."""

    public_id_prefix: ClassVar[str] = "ppm"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="provider_payments")
    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="provider_payments")
    record = models.CharField(_("recorded payment"), max_length=40, unique=True)
    paid_on = models.DateField()
    pence = models.BigIntegerField()
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")
    at = models.DateTimeField()

    objects = ProviderPaymentQuerySet.as_manager()

    class Meta:
        """In the order in which they came into the books."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(pence__gt=0), name="bonds_providerpayment_positive"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class ProviderStatement(PublicIdModel, AppendOnlyModel):
    """The holder told a provider what it was due and paid in a period, as it was known on that day. Append-only.

    `known` says how far it had seen: row numbers of the last facts of each kind.
    """

    public_id_prefix: ClassVar[str] = "pst"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="provider_statements")
    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="statements")
    number = models.PositiveIntegerField()
    from_on = models.DateField()
    until_on = models.DateField()
    before_pence = models.BigIntegerField()
    due_pence = models.BigIntegerField()
    paid_pence = models.BigIntegerField()
    after_pence = models.BigIntegerField()
    known = models.JSONField()
    issued_on = models.DateField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """What was due before, what came to it and what was paid give what is due after."""

        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contract", "number"], name="bonds_providerstatement_number_once"),
            models.CheckConstraint(
                condition=Q(
                    after_pence=F("before_pence") + F("due_pence") - F("paid_pence"), until_on__gt=F("from_on")
                ),
                name="bonds_providerstatement_adds_up",
            ),
        ]

    def __str__(self) -> str:
        """Show the number."""
        return f"statement {self.number}"
