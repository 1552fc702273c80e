"""From whose interest tax is withheld, from which day on, and what of it was paid over."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bonds.models.contracts import OutcomesContract
from bonds.models.parties import Party
from foundation.models import AppendOnlyModel, PublicIdModel


class WithholdingRule(PublicIdModel, AppendOnlyModel):
    """From a day on tax is withheld from an investor's interest, or not; without any, none is. Append-only.

    Source: ITA 2007 s.874; whom it is due from is asked investor by investor.
    """

    public_id_prefix: ClassVar[str] = "whr"

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="withholding_rules")
    from_on = models.DateField(_("from"))
    is_withheld = models.BooleanField(_("withheld"))
    # Hundredths of a percent; where there is none, the basic rate of the day of each payment.
    rate = models.PositiveSmallIntegerField(_("other rate"), null=True, blank=True)
    reason = models.TextField(_("what this rests on"))
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        """The newest of the latest day that has come holds; each says what it rests on."""

        ordering: ClassVar[list[str]] = ["party_id", "from_on", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(reason=""), name="bonds_withholdingrule_says_why"),
            models.CheckConstraint(
                condition=Q(rate=None) | Q(is_withheld=True, rate__gt=0, rate__lt=10_000),
                name="bonds_withholdingrule_rate_sound",
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class TaxPaymentQuerySet(models.QuerySet["TaxPayment"]):
    """Tax that was paid over."""

    def standing(self) -> Self:
        """What was not undone; what undoes something is left out as well."""
        return self.filter(undoes=None, undone_by=None)


class TaxPayment(PublicIdModel, AppendOnlyModel):
    """Tax that was withheld was paid over: tied to the payment that a second person let in. Append-only."""

    public_id_prefix: ClassVar[str] = "txp"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="tax_payments")
    record = models.CharField(_("recorded payment"), max_length=40, unique=True)
    paid_on = models.DateField()
    pence = models.BigIntegerField()
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by")
    at = models.DateTimeField()

    objects = TaxPaymentQuerySet.as_manager()

    class Meta:
        """In the order in which they came into the books."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(pence__gt=0), name="bonds_taxpayment_positive"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
