"""What the pages ask: a day, a month, a stretch of a statement. All by GET, so a page can be bookmarked."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.periods import Period

FIRST_YEAR = 1900
LAST_YEAR = 2999


class DayInput(forms.DateInput):
    """A day as browsers ask for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=DayInput(), input_formats=["%Y-%m-%d"])


def _check_year(day: date | None) -> date | None:
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise forms.ValidationError(_("Please give a year between 1900 and 2999."))
    return day


class AsOfForm(forms.Form):
    """The day of a trial balance."""

    on = _day_field(gettext_lazy("At the end of"))

    def clean_on(self) -> date | None:
        """Keep to years that a calendar knows."""
        return _check_year(self.cleaned_data["on"])


class StatementForm(forms.Form):
    """The stretch of a statement, its last day included, and perhaps one owner."""

    from_on = _day_field(gettext_lazy("From"))
    through_on = _day_field(gettext_lazy("Through"))
    owner = forms.CharField(label=gettext_lazy("Owner"), required=False, max_length=64)

    def clean_from_on(self) -> date | None:
        """Keep to years that a calendar knows."""
        return _check_year(self.cleaned_data["from_on"])

    def clean_through_on(self) -> date | None:
        """Keep to years that a calendar knows."""
        return _check_year(self.cleaned_data["through_on"])

    def clean(self) -> dict[str, Any]:
        """Refuse a stretch that ends before it begins."""
        cleaned = super().clean() or self.cleaned_data
        from_on, through_on = cleaned.get("from_on"), cleaned.get("through_on")
        if from_on and through_on and through_on < from_on:
            self.add_error("through_on", _("The last day lies before the first."))
        return cleaned

    @property
    def until_on(self) -> date | None:
        """The first day that no longer counts."""
        through_on: date | None = self.cleaned_data.get("through_on")
        return through_on + timedelta(days=1) if through_on else None


class MonthForm(forms.Form):
    """The month of the control panel."""

    month = forms.DateField(
        label=gettext_lazy("Month"),
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput(format="%Y-%m", attrs={"type": "month", "placeholder": "YYYY-MM"}),
    )

    def clean_month(self) -> date | None:
        """Keep to years that a calendar knows."""
        return _check_year(self.cleaned_data["month"])


def month_of(day: date) -> Period:
    """Give the month in which a day lies."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1))
