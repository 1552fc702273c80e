"""What guarantors owe for principal that did not come back, what they paid, and what was paid on to investors."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bonds.models.distributions import WaterfallRun
from bonds.models.investors import InvestorCommitment
from bonds.models.parties import Party
from foundation.models import AppendOnlyModel, PublicIdModel


class GuaranteeCall(PublicIdModel, AppendOnlyModel):
    """What one guarantor owes one investor by the run that wound the deal up. Append-only."""

    public_id_prefix: ClassVar[str] = "gua"

    run = models.ForeignKey(WaterfallRun, on_delete=models.PROTECT, related_name="guarantee_calls")
    place = models.PositiveIntegerField()
    guarantor = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="guarantee_calls")
    commitment = models.ForeignKey(InvestorCommitment, on_delete=models.PROTECT, related_name="guarantee_calls")
    missing_pence = models.BigIntegerField()
    pence = models.BigIntegerField()

    class Meta:
        """Nobody owes more than is missing."""

        ordering: ClassVar[list[str]] = ["run_id", "place"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "place"], name="bonds_guaranteecall_place_once"),
            models.CheckConstraint(
                condition=Q(pence__gt=0, missing_pence__gte=F("pence")), name="bonds_guaranteecall_sound"
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class GuaranteeMoneyQuerySet(models.QuerySet["GuaranteeMoney"]):
    """Money of guarantees."""

    def standing(self) -> Self:
        """What was not undone; what undoes something is left out as well."""
        return self.filter(undoes=None, undone_by=None)


class GuaranteeMoney(PublicIdModel, AppendOnlyModel):
    """A guarantor paid, or what it paid went on to the investor: tied to the record that a second person let in."""

    public_id_prefix: ClassVar[str] = "gum"

    call = models.ForeignKey(GuaranteeCall, on_delete=models.PROTECT, related_name="money")
    is_receipt = models.BooleanField(_("from the guarantor"))
    record = models.CharField(_("recorded money"), max_length=40, unique=True)
    moved_on = models.DateField()
    pence = models.BigIntegerField()
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")
    at = models.DateTimeField()

    objects = GuaranteeMoneyQuerySet.as_manager()

    class Meta:
        """In the order in which it came into the books."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(pence__gt=0), name="bonds_guaranteemoney_positive"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
