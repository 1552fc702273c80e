"""What is expected to be achieved and paid, period by period: plans with numbers, of which none ever changes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bonds.arithmetic.spans import Every
from bonds.models import choices
from bonds.models.contracts import OutcomesContract
from bonds.models.parties import Party
from foundation.models import AppendOnlyModel, PublicIdModel

EVERY = [(Every.MONTH.value, _("month")), (Every.QUARTER.value, _("quarter"))]


class PaymentPlan(PublicIdModel, AppendOnlyModel):
    """What the parties expected on a day: plan 0 with or after the signatures, then one after the other. Append-only.

    Every period before `locked_until_on` had ended; its rows say what happened. The rest is expected: of so many
    `people`, 0 where the plan does not say, and of `groups`, by code in hundredths of a percent.

    Source: payment plans of the INDIGO standard: the next plan repeats past actuals and forecasts the rest again.
    """

    public_id_prefix: ClassVar[str] = "pln"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField(_("number"))
    every = models.CharField(max_length=10, choices=EVERY)
    from_on = models.DateField()
    until_on = models.DateField()
    locked_until_on = models.DateField()
    people = models.PositiveIntegerField(_("people"), default=0)
    groups = models.JSONField(_("groups"), default=dict, blank=True)
    reason = models.TextField(_("what it rests on"), blank=True)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        """Numbers count up from 0; all plans of a contract have periods of one length."""

        ordering: ClassVar[list[str]] = ["contract_id", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            choices.known("every", Every, "bonds_plan_every_known"),
            models.UniqueConstraint(fields=["contract", "number"], name="bonds_plan_number_once"),
            models.CheckConstraint(
                condition=Q(until_on__gt=F("from_on"), locked_until_on__gte=F("from_on")), name="bonds_plan_period"
            ),
        ]

    def __str__(self) -> str:
        """Show the number."""
        return f"plan {self.number}"


class PlanRow(AppendOnlyModel):
    """What one result brings in one period: what happened, or what is expected. Append-only.

    `count` units at the tariff are `gross_pence`; `pence` is what the caps leave of it. Of what happened both are what
    was earned.
    """

    plan = models.ForeignKey(PaymentPlan, on_delete=models.PROTECT, related_name="rows")
    period_on = models.DateField()
    metric = models.CharField(max_length=60)
    is_actual = models.BooleanField()
    count = models.BigIntegerField()
    gross_pence = models.BigIntegerField()
    pence = models.BigIntegerField()

    class Meta:
        """A result once a period; less than nothing only where more was taken back than accepted."""

        ordering: ClassVar[list[str]] = ["plan_id", "period_on", "metric"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "period_on", "metric"], name="bonds_planrow_once"),
            models.CheckConstraint(condition=Q(is_actual=True) | Q(count__gte=0), name="bonds_planrow_expected_count"),
        ]

    def __str__(self) -> str:
        """Show result and period."""
        return f"{self.metric} {self.period_on}"


class PlanPart(AppendOnlyModel):
    """What one payer pays of a row, in whole pence. Append-only; the parts of a row sum to it."""

    row = models.ForeignKey(PlanRow, on_delete=models.PROTECT, related_name="parts")
    payer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    pence = models.BigIntegerField()

    class Meta:
        """One part a payer."""

        ordering: ClassVar[list[str]] = ["row_id", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["row", "payer"], name="bonds_planpart_payer_once"),
        ]

    def __str__(self) -> str:
        """Show the amount."""
        return str(self.pence)
