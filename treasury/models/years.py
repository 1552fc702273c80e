"""The financial year of an organisation: on which day of the year it ends, as dated facts."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from foundation.models import AppendOnlyModel
from people.models import Organisation, OrganisationOwned
from treasury.models.journals import REASON_LENGTH

_SHORT_MONTHS = (4, 6, 9, 11)


class FinancialYearEndQuerySet(models.QuerySet["FinancialYearEnd"]):
    """What was said, in the order in which it was said."""

    def for_organisation(self, organisation: Organisation) -> Self:
        """Rows of one organisation and of no other, the first first."""
        return self.filter(organisation=organisation).order_by("id")

    def said_by(self, organisation: str) -> Self:
        """Rows of the organisation with a public id, the first first."""
        return self.filter(organisation__public_id=organisation).order_by("id")


class FinancialYearEnd(AppendOnlyModel, OrganisationOwned):
    """From which day on financial years end on which day of the year; the last word about a day counts.

    A year end before `from_on` stays what it was. 29 February stands for the last day of that month in every year.
    Without any row, years end on 31 December.
    """

    month = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField()
    from_on = models.DateField()
    set_by = models.CharField(max_length=80)
    set_at = models.DateTimeField()
    reason = models.CharField(max_length=REASON_LENGTH)

    objects = FinancialYearEndQuerySet.as_manager()

    class Meta:
        """In the order in which it was said; every row names a day that there is."""

        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12, day__gte=1, day__lte=31)
                & ~Q(month__in=_SHORT_MONTHS, day=31)
                & ~Q(month=2, day__in=(28, 30, 31)),
                name="treasury_year_end_is_a_day",
            ),
        ]

    def __str__(self) -> str:
        """Show the day of the year and from when it holds."""
        return f"{self.day:02d}/{self.month:02d} from {self.from_on}"
