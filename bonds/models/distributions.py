"""What was paid out to investors and others: runs of the waterfall, what each party is due by one, and payments."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bonds.arithmetic.tranches import Beneficiary, StageKind
from bonds.models import choices
from bonds.models.contracts import ContractVersion, OutcomesContract
from bonds.models.investors import InvestorCommitment
from bonds.models.invoices import ClaimRound
from bonds.models.parties import Party
from bonds.states import RunKind
from foundation.models import AppendOnlyModel, PublicIdModel

STAGES: choices.Choices = [
    (StageKind.INTEREST.value, _("interest")),
    (StageKind.PRINCIPAL.value, _("principal")),
    (StageKind.UPSIDE.value, _("share of what results earned")),
    (StageKind.SURPLUS.value, _("surplus")),
]
BENEFICIARIES: choices.Choices = [
    (Beneficiary.COMMISSIONER.value, _("commissioner")),
    (Beneficiary.PROVIDER.value, _("provider")),
    (Beneficiary.ASSET_LOCK.value, _("asset lock")),
]


RUN_KINDS: choices.Choices = [
    (RunKind.REGULAR.value, _("cash shared out")),
    (RunKind.REDEMPTION.value, _("a tranche ended early")),
    (RunKind.FINAL.value, _("wound up")),
]


class InterestAccrual(PublicIdModel, AppendOnlyModel):
    """What a commitment's accrued interest in the books grew by, or became less, on a day. Append-only."""

    public_id_prefix: ClassVar[str] = "acr"

    commitment = models.ForeignKey(InvestorCommitment, on_delete=models.PROTECT, related_name="accruals")
    accrued_on = models.DateField()
    earned_pence = models.BigIntegerField()
    pence = models.BigIntegerField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """`earned_pence` is since the beginning; a change of nothing is not kept."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(pence=0) & Q(earned_pence__gte=0), name="bonds_accrual_sound"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class WaterfallRun(PublicIdModel, AppendOnlyModel):
    """How the cash of a contract was shared out on a day, with a step for each stage. Append-only.

    What was available, and what came out of the reserve, is all of: set aside for costs and fees that are owed
    already, distributed, put into the reserve, and kept.
    """

    public_id_prefix: ClassVar[str] = "wfr"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="waterfall_runs")
    number = models.PositiveIntegerField()
    version = models.ForeignKey(ContractVersion, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(ClaimRound, on_delete=models.PROTECT, related_name="waterfall_runs")
    run_on = models.DateField()
    cash_pence = models.BigIntegerField()
    promised_pence = models.BigIntegerField()
    available_pence = models.BigIntegerField()
    released_pence = models.BigIntegerField()
    set_aside_pence = models.BigIntegerField()
    distributed_pence = models.BigIntegerField()
    topped_up_pence = models.BigIntegerField()
    kept_pence = models.BigIntegerField()
    monthly_cost_pence = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=RUN_KINDS, default=RunKind.REGULAR.value)
    reason = models.TextField(_("why"), blank=True)
    steps = models.JSONField()
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        """Every penny has one place."""

        ordering: ClassVar[list[str]] = ["contract_id", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contract", "number"], name="bonds_waterfall_number_once"),
            choices.known("kind", RunKind, "bonds_waterfall_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=RunKind.REGULAR.value) | ~Q(reason=""), name="bonds_waterfall_end_says_why"
            ),
            models.CheckConstraint(
                condition=Q(
                    available_pence=F("cash_pence") - F("promised_pence"),
                    kept_pence=F("available_pence")
                    + F("released_pence")
                    - F("set_aside_pence")
                    - F("distributed_pence")
                    - F("topped_up_pence"),
                    kept_pence__gte=0,
                    available_pence__gte=0,
                ),
                name="bonds_waterfall_adds_up",
            ),
        ]

    def __str__(self) -> str:
        """Show the number."""
        return f"run {self.number}"


class RunWithdrawal(PublicIdModel, AppendOnlyModel):
    """A run of which nothing was paid is taken back: its cash can be shared out again. Append-only."""

    public_id_prefix: ClassVar[str] = "wfw"

    run = models.OneToOneField(WaterfallRun, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField(_("why"))
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """It says why."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(reason=""), name="bonds_runwithdrawal_says_why"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class Distribution(PublicIdModel, AppendOnlyModel):
    """What one party is due by a run, for one commitment or in another capacity. Append-only."""

    public_id_prefix: ClassVar[str] = "dst"

    run = models.ForeignKey(WaterfallRun, on_delete=models.PROTECT, related_name="distributions")
    place = models.PositiveIntegerField()
    stage = models.CharField(max_length=20, choices=STAGES)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="distributions")
    commitment = models.ForeignKey(
        InvestorCommitment, on_delete=models.PROTECT, null=True, blank=True, related_name="distributions"
    )
    beneficiary = models.CharField(max_length=12, choices=BENEFICIARIES, blank=True)
    pence = models.BigIntegerField()

    class Meta:
        """Interest and principal go to a commitment, a surplus to a beneficiary."""

        ordering: ClassVar[list[str]] = ["run_id", "place"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "place"], name="bonds_distribution_place_once"),
            models.CheckConstraint(
                condition=Q(pence__gt=0)
                & (
                    Q(
                        stage__in=[StageKind.INTEREST.value, StageKind.PRINCIPAL.value],
                        commitment__isnull=False,
                        beneficiary="",
                    )
                    | Q(stage=StageKind.UPSIDE.value, beneficiary="")
                    | (Q(stage=StageKind.SURPLUS.value, commitment__isnull=True) & ~Q(beneficiary=""))
                ),
                name="bonds_distribution_sound",
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class DistributionPaymentQuerySet(models.QuerySet["DistributionPayment"]):
    """Money that was paid out."""

    def standing(self) -> Self:
        """What was not undone; what undoes something is left out as well."""
        return self.filter(undoes=None, undone_by=None)


class DistributionPayment(PublicIdModel, AppendOnlyModel):
    """What a party was due was paid, or a part of it: tied to the payment that a second person let in. Append-only.

    `pence` is what the party is due less by it; of interest, `tax_pence` did not reach it and is owed to HMRC.
    """

    public_id_prefix: ClassVar[str] = "dpm"

    distribution = models.ForeignKey(Distribution, on_delete=models.PROTECT, related_name="payments")
    record = models.CharField(_("recorded payment"), max_length=40, unique=True)
    paid_on = models.DateField()
    pence = models.BigIntegerField()
    tax_pence = models.BigIntegerField(_("tax withheld"), default=0)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")
    at = models.DateTimeField()

    objects = DistributionPaymentQuerySet.as_manager()

    class Meta:
        """In the order in which they came into the books."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(pence__gt=0), name="bonds_distributionpayment_positive"),
            models.CheckConstraint(
                condition=Q(tax_pence__gte=0, tax_pence__lt=F("pence")), name="bonds_distributionpayment_tax_part"
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
