"""What investors were told of a period: a report's facts as they were that day, one copy for each investor."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bonds.models.contracts import OutcomesContract
from bonds.models.parties import Party
from foundation.models import AppendOnlyModel, PublicIdModel


class InvestorReportQuerySet(models.QuerySet["InvestorReport"]):
    """Reports of a contract."""

    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.filter(withdrawal=None)


class InvestorReport(PublicIdModel, AppendOnlyModel):
    """What all investors of a contract are told of a half-open period. Append-only.

    Its facts are kept, so that the document says for ever what was known on the day of issue. Reports that stand
    follow on each other: each begins on the day on which the one before it ended.
    """

    public_id_prefix: ClassVar[str] = "irp"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="investor_reports")
    number = models.PositiveIntegerField(_("number"))
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    words = models.TextField(_("what the holder says"), blank=True)
    facts = models.JSONField()
    issued_on = models.DateField(_("issued on"))
    issued_by = models.CharField(max_length=80)
    issued_at = models.DateTimeField()

    objects = InvestorReportQuerySet.as_manager()

    class Meta:
        """Numbers count up; a period has a day at least and is over."""

        ordering: ClassVar[list[str]] = ["contract_id", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contract", "number"], name="bonds_investorreport_number_once"),
            models.CheckConstraint(
                condition=Q(from_on__lt=F("until_on"), until_on__lte=F("issued_on")), name="bonds_investorreport_sound"
            ),
        ]

    def __str__(self) -> str:
        """Show the number."""
        return f"report {self.number}"


class InvestorReportCopy(PublicIdModel, AppendOnlyModel):
    """One investor's copy of a report: the facts on their own money. Append-only. Its document has its id."""

    public_id_prefix: ClassVar[str] = "irc"

    report = models.ForeignKey(InvestorReport, on_delete=models.PROTECT, related_name="copies")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="report_copies")
    facts = models.JSONField()

    class Meta:
        """An investor has one copy."""

        ordering: ClassVar[list[str]] = ["report_id", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["report", "party"], name="bonds_reportcopy_once"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class InvestorReportWithdrawal(PublicIdModel, AppendOnlyModel):
    """A report turned out to be wrong and does not count any more; its period can be reported again. Append-only."""

    public_id_prefix: ClassVar[str] = "irw"

    report = models.OneToOneField(InvestorReport, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField(_("why"))
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """It says why."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(reason=""), name="bonds_reportwithdrawal_says_why"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
