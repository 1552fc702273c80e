"""That accepted lines were worked out again by a version that reaches back, or what that would change."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from bonds.models.contracts import ContractVersion, OutcomesContract
from foundation.models import AppendOnlyModel, PublicIdModel


class VersionAdjustment(PublicIdModel, AppendOnlyModel):
    """Lines that an earlier version priced were worked out again by the one that holds for their day. Append-only.

    Each line that came out otherwise was taken back, and an adjustment line stands in its place; `change_pence` is
    by how much more or less payers pay for all of them together.
    """

    public_id_prefix: ClassVar[str] = "vad"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="adjustments")
    version = models.ForeignKey(ContractVersion, on_delete=models.PROTECT, related_name="adjustments")
    looked_at_count = models.PositiveIntegerField()
    changed_count = models.PositiveIntegerField()
    change_pence = models.BigIntegerField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """In the order in which they were made."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(changed_count__lte=models.F("looked_at_count")), name="bonds_adjustment_looked_at"
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class AdjustmentPreview(PublicIdModel, AppendOnlyModel):
    """What working again would change, by a worker because there is much of it; nothing was changed. Append-only.

    It holds while nothing is accepted or taken back: `through_run` is the number of the last working that it saw,
    `through_clawback` the last line taken back. `changes` are the first of the changed lines, by day of achievement.
    """

    public_id_prefix: ClassVar[str] = "avw"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="adjustment_previews")
    version = models.ForeignKey(ContractVersion, on_delete=models.PROTECT, related_name="adjustment_previews")
    looked_at_count = models.PositiveIntegerField()
    disputed_count = models.PositiveIntegerField()
    changed_count = models.PositiveIntegerField()
    change_pence = models.BigIntegerField()
    changes = models.JSONField(default=list)
    through_run = models.PositiveIntegerField()
    through_clawback = models.PositiveBigIntegerField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """In the order in which they were made."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(changed_count__lte=models.F("looked_at_count")),
                name="bonds_adjustmentpreview_looked_at",
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
