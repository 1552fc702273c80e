"""The verifier's desk: checks before payment, samples after it, disputes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bonds import states
from bonds.models import choices
from bonds.models.claims import ClaimLine
from bonds.models.contracts import OutcomesContract
from bonds.models.parties import Party
from foundation.models import AppendOnlyModel, PublicIdModel


class LineCheck(PublicIdModel, AppendOnlyModel):
    """A verifier looked at one thing about a line before payment, and found it in order or not. Append-only.

    Source: DWP provider guidance (checks before payment, on the payer's own records).
    """

    public_id_prefix: ClassVar[str] = "chk"

    line = models.ForeignKey(ClaimLine, on_delete=models.PROTECT, related_name="checks")
    what = models.CharField(_("what was checked"), max_length=120)
    is_in_order = models.BooleanField(_("in order"))
    note = models.TextField(blank=True)
    by = models.CharField(max_length=80)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """In the order in which they were made."""

        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        """Show what was checked."""
        return self.what


class Dispute(PublicIdModel, AppendOnlyModel):
    """A party does not agree with a decision about a line. Append-only; `Adjudication` ends it."""

    public_id_prefix: ClassVar[str] = "dsp"

    line = models.ForeignKey(ClaimLine, on_delete=models.PROTECT, related_name="disputes")
    raised_by = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="disputes")
    decided_state = models.CharField(max_length=12, choices=choices.LINE_STATES)
    reason = models.TextField(_("why"))
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """It says why."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(reason=""), name="bonds_dispute_says_why"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class Adjudication(PublicIdModel, AppendOnlyModel):
    """What the adjudicator found. Append-only."""

    public_id_prefix: ClassVar[str] = "adj"

    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, related_name="adjudication")
    finding = models.CharField(max_length=12, choices=choices.LINE_STATES)
    reason = models.TextField(_("why"))
    adjudicator = models.CharField(_("who decided"), max_length=160)
    recorded_by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """Accepted, rejected, or taken back."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(
                    finding__in=[
                        states.LineState.VALIDATED.value,
                        states.LineState.REJECTED.value,
                        states.LineState.CLAWED_BACK.value,
                    ]
                ),
                name="bonds_adjudication_finding_known",
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class SampleRun(PublicIdModel, AppendOnlyModel):
    """A random sample of paid lines, which anybody can draw again from its seed. Append-only.

    `population_digest` is of the ids of all lines that could have been drawn, in their order.

    Source: DWP provider guidance (validation after payment, extrapolation); the formula is the contract's.
    """

    public_id_prefix: ClassVar[str] = "smp"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="samples")
    number = models.PositiveIntegerField()
    from_on = models.DateField(_("paid from"))
    until_on = models.DateField(_("paid until"))
    seed = models.CharField(max_length=80)
    population_digest = models.CharField(max_length=64)
    population_count = models.PositiveIntegerField()
    population_pence = models.BigIntegerField()
    drawn_by = models.CharField(max_length=80)
    drawn_at = models.DateTimeField()

    class Meta:
        """Numbers count up."""

        ordering: ClassVar[list[str]] = ["contract_id", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contract", "number"], name="bonds_sample_number_once"),
            models.CheckConstraint(condition=Q(until_on__gt=models.F("from_on")), name="bonds_sample_period"),
        ]

    def __str__(self) -> str:
        """Show the number."""
        return f"sample {self.number}"


class SampleItem(PublicIdModel, AppendOnlyModel):
    """A line that was drawn. Append-only."""

    public_id_prefix: ClassVar[str] = "smi"

    sample = models.ForeignKey(SampleRun, on_delete=models.PROTECT, related_name="items")
    place = models.PositiveIntegerField()
    line = models.ForeignKey(ClaimLine, on_delete=models.PROTECT, related_name="sampled")

    class Meta:
        """A line is drawn once in a sample."""

        ordering: ClassVar[list[str]] = ["sample_id", "place"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["sample", "line"], name="bonds_sampleitem_line_once"),
            models.UniqueConstraint(fields=["sample", "place"], name="bonds_sampleitem_place_once"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class SampleFinding(PublicIdModel, AppendOnlyModel):
    """What the verifier found about a drawn line. Append-only."""

    public_id_prefix: ClassVar[str] = "smf"

    item = models.OneToOneField(SampleItem, on_delete=models.PROTECT, related_name="finding")
    is_valid = models.BooleanField(_("stands"))
    note = models.TextField(blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class SampleClosing(PublicIdModel, AppendOnlyModel):
    """A sample was closed: its error rate, and what is recovered for the lines that were not drawn. Append-only."""

    public_id_prefix: ClassVar[str] = "smc"

    sample = models.OneToOneField(SampleRun, on_delete=models.PROTECT, related_name="closing")
    invalid_count = models.PositiveIntegerField()
    invalid_pence = models.BigIntegerField()
    extrapolated_pence = models.BigIntegerField()
    facts = models.JSONField(default=dict)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
