"""When income from results is recognised in the holder's books, and what was before it was accepted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bonds import states
from bonds.arithmetic.recognising import WHOLE_PERCENT
from bonds.models import choices
from bonds.models.claims import ClaimLine
from bonds.models.contracts import OutcomesContract
from bonds.models.parties import Party
from foundation.models import AppendOnlyModel, PublicIdModel


class RecognitionPolicy(PublicIdModel, AppendOnlyModel):
    """When income is recognised, for claims submitted from a day on. Append-only; the newest that has begun counts.

    Without one, when a result is accepted. `percent` is the part that is highly probable not to be taken back, in
    hundredths of a percent; 0 where nothing is recognised before. `reason` says what it rests on.
    """

    public_id_prefix: ClassVar[str] = "rcg"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="recognition_policies")
    recognise_at = models.CharField(_("recognised"), max_length=24, choices=choices.RECOGNITIONS)
    percent = models.PositiveIntegerField(_("part"), default=0)
    from_on = models.DateField(_("from"))
    reason = models.CharField(_("what this rests on"), max_length=200)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        """It says what it rests on, and a part where there is one."""

        ordering: ClassVar[list[str]] = ["contract_id", "from_on", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            choices.known("recognise_at", states.Recognition, "bonds_recognition_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="bonds_recognition_says_why"),
            models.CheckConstraint(
                condition=Q(recognise_at=states.Recognition.APPROVED.value, percent=0)
                | Q(
                    recognise_at=states.Recognition.SUBMITTED_CONSTRAINED.value,
                    percent__gte=1,
                    percent__lte=WHOLE_PERCENT,
                ),
                name="bonds_recognition_part",
            ),
        ]

    def __str__(self) -> str:
        """Show when."""
        return self.recognise_at

    @property
    def percent_words(self) -> str:
        """The part as people write it."""
        whole, rest = divmod(self.percent, 100)
        return f"{whole}.{rest:02d} %" if rest else f"{whole} %"


class EarlyIncome(PublicIdModel, AppendOnlyModel):
    """A payer's part of a line of which so much was income when it was claimed; below zero: released by its decision.

    Append-only. A line is claimed once and decided once; a second decision, as of a dispute, finds nothing to release.
    """

    public_id_prefix: ClassVar[str] = "ein"

    line = models.ForeignKey(ClaimLine, on_delete=models.PROTECT, related_name="early_income")
    payer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    releases = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="released_by")
    pence = models.BigIntegerField()
    booked_on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        """Once for a line and payer; a release has the other sign."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["line", "payer"], condition=Q(releases=None), name="bonds_earlyincome_once"
            ),
            models.CheckConstraint(
                condition=Q(releases=None, pence__gt=0) | Q(releases__isnull=False, pence__lt=0),
                name="bonds_earlyincome_sign",
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
