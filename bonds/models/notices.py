"""Whether calls on investors are posted when they are made, and what stands in the books of calls by that."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bonds.models.contracts import OutcomesContract
from bonds.models.investors import CallPart
from foundation.models import AppendOnlyModel, PublicIdModel


class NoticePolicy(PublicIdModel, AppendOnlyModel):
    """Whether calls are posted, for those made from a day on. Append-only; the newest that has begun counts.

    Without one they are not: a loan is in the books once its money came. `reason` says what the choice rests on.
    """

    public_id_prefix: ClassVar[str] = "npy"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="notice_policies")
    is_posted = models.BooleanField(_("posted"))
    from_on = models.DateField(_("from"))
    reason = models.CharField(_("what this rests on"), max_length=200)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        """It says what it rests on."""

        ordering: ClassVar[list[str]] = ["contract_id", "from_on", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(reason=""), name="bonds_noticepolicy_says_why"),
        ]

    def __str__(self) -> str:
        """Show when."""
        return f"{self.from_on}: {self.is_posted}"


class NoticePosting(PublicIdModel, AppendOnlyModel):
    """So many pence of a part of a call were posted as awaited; below zero: they will not come, and were taken back.

    Append-only. An end takes back what was not paid in, and if its run is taken back, that is awaited again: both name
    the run. What stands, less what was paid in, is what 1150 shows.
    """

    public_id_prefix: ClassVar[str] = "npo"

    part = models.ForeignKey(CallPart, on_delete=models.PROTECT, related_name="notices")
    run = models.ForeignKey("bonds.WaterfallRun", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    pence = models.BigIntegerField()
    booked_on = models.DateField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """In the order in which they came into the books."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(pence=0), name="bonds_noticeposting_something"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
