"""What investors committed, were called on and paid in, and what became of commitments otherwise."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bonds.arithmetic.positions import MovementKind
from bonds.arithmetic.tranches import TrancheKind
from bonds.models import choices
from bonds.models.contracts import ContractVersion, OutcomesContract
from bonds.models.parties import Party
from foundation.models import AppendOnlyModel, PublicIdModel

TRANCHE_KINDS: choices.Choices = [
    (TrancheKind.SENIOR.value, _("senior")),
    (TrancheKind.MEZZANINE.value, _("mezzanine")),
    (TrancheKind.FIRST_LOSS.value, _("first loss")),
    (TrancheKind.RECOVERABLE_GRANT.value, _("recoverable grant")),
    (TrancheKind.GRANT.value, _("grant")),
]
CHANGE_KINDS: choices.Choices = [
    (MovementKind.CANCELLED.value, _("cancelled: never to be called")),
    (MovementKind.WRITTEN_OFF.value, _("written off")),
]


class InvestorCommitment(PublicIdModel, AppendOnlyModel):
    """One investor's place in one tranche. Append-only; how much is in `CommitmentAmount`.

    Its public id is the owner of loans, interest and undrawn commitments in the books.
    """

    public_id_prefix: ClassVar[str] = "cmt"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="commitments")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="commitments")
    tranche = models.CharField(_("tranche"), max_length=40)
    kind = models.CharField(max_length=20, choices=TRANCHE_KINDS)
    made_at = models.DateTimeField()

    class Meta:
        """An investor has one place in a tranche."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["party", "tranche"], name="bonds_commitment_once"),
            choices.known("kind", TrancheKind, "bonds_commitment_kind_known"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs and as the owner in the books."""
        return self.public_id


class CommitmentAmount(PublicIdModel, AppendOnlyModel):
    """What a commitment comes to by a signed version, in pence; the newest counts. Append-only."""

    public_id_prefix: ClassVar[str] = "cma"

    commitment = models.ForeignKey(InvestorCommitment, on_delete=models.PROTECT, related_name="amounts")
    version = models.ForeignKey(ContractVersion, on_delete=models.PROTECT, related_name="+")
    pence = models.BigIntegerField()

    class Meta:
        """Once a version."""

        ordering: ClassVar[list[str]] = ["commitment_id", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["commitment", "version"], name="bonds_commitmentamount_once"),
            models.CheckConstraint(condition=Q(pence__gt=0), name="bonds_commitmentamount_positive"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class CommitmentChangeQuerySet(models.QuerySet["CommitmentChange"]):
    """What became less of commitments and loans."""

    def standing(self) -> Self:
        """What counts: all but what came by a run that was taken back."""
        return self.filter(Q(run=None) | Q(run__withdrawal=None))


class CommitmentChange(PublicIdModel, AppendOnlyModel):
    """A part of a commitment that will never be called, or of a loan that is lost. Append-only.

    What a run that ends a tranche or winds the deal up did names the run; if that is taken back, it does not count.
    """

    public_id_prefix: ClassVar[str] = "cmc"

    commitment = models.ForeignKey(InvestorCommitment, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=CHANGE_KINDS)
    run = models.ForeignKey(
        "bonds.WaterfallRun", on_delete=models.PROTECT, null=True, blank=True, related_name="changes"
    )
    changed_on = models.DateField()
    pence = models.BigIntegerField()
    reason = models.TextField(_("why"))
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = CommitmentChangeQuerySet.as_manager()

    class Meta:
        """It says why."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(kind__in=[MovementKind.CANCELLED.value, MovementKind.WRITTEN_OFF.value]),
                name="bonds_commitmentchange_kind_known",
            ),
            models.CheckConstraint(condition=Q(pence__gt=0) & ~Q(reason=""), name="bonds_commitmentchange_sound"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class CapitalCall(PublicIdModel, AppendOnlyModel):
    """Notice to investors that so many pence of what they committed are wanted by a day. Append-only.

    Its public id is the batch id of the drawdowns that answer it.
    """

    public_id_prefix: ClassVar[str] = "cal"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="calls")
    number = models.PositiveIntegerField(_("number"))
    pence = models.BigIntegerField()
    called_on = models.DateField(_("called on"))
    due_on = models.DateField(_("due on"))
    reason = models.TextField(_("what the money is for"))
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        """Numbers count up; it says what for; nobody has to pay before they are asked."""

        ordering: ClassVar[list[str]] = ["contract_id", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contract", "number"], name="bonds_call_number_once"),
            models.CheckConstraint(
                condition=Q(pence__gt=0, due_on__gte=F("called_on")) & ~Q(reason=""), name="bonds_call_sound"
            ),
        ]

    def __str__(self) -> str:
        """Show the number."""
        return f"call {self.number}"


class CallPart(PublicIdModel, AppendOnlyModel):
    """What one commitment is asked for by a call. Append-only; the parts sum to the call."""

    public_id_prefix: ClassVar[str] = "cpt"

    call = models.ForeignKey(CapitalCall, on_delete=models.PROTECT, related_name="parts")
    commitment = models.ForeignKey(InvestorCommitment, on_delete=models.PROTECT, related_name="call_parts")
    pence = models.BigIntegerField()

    class Meta:
        """A commitment has one part in a call."""

        ordering: ClassVar[list[str]] = ["call_id", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["call", "commitment"], name="bonds_callpart_once"),
            models.CheckConstraint(condition=Q(pence__gt=0), name="bonds_callpart_positive"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class DrawdownQuerySet(models.QuerySet["Drawdown"]):
    """Money that investors paid in."""

    def standing(self) -> Self:
        """What was not undone; what undoes something is left out as well."""
        return self.filter(undoes=None, undone_by=None)


class Drawdown(PublicIdModel, AppendOnlyModel):
    """An investor paid what was called, or a part of it: tied to the receipt that a second person let in. Append-only.

    A receipt that turned out to be wrong is undone by another row, never edited.
    """

    public_id_prefix: ClassVar[str] = "drw"

    part = models.ForeignKey(CallPart, on_delete=models.PROTECT, related_name="drawdowns")
    record = models.CharField(_("recorded receipt"), max_length=40, unique=True)
    drawn_on = models.DateField()
    pence = models.BigIntegerField()
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")
    at = models.DateTimeField()

    objects = DrawdownQuerySet.as_manager()

    class Meta:
        """In the order in which it came into the books."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(pence__gt=0), name="bonds_drawdown_positive"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
