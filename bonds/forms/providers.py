"""What is typed about providers' pay: a payment that was made, and the days of a statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.forms.fields import FIRST_YEAR, LAST_YEAR, DayInput
from core.amounts import read_pence
from payments.models.recorded import REFERENCE_LENGTH


class PaidForm(forms.Form):
    """A provider was paid: what the bank statement says of it."""

    key = forms.RegexField(r"^[A-Za-z0-9_-]{16,64}$", widget=forms.HiddenInput())
    amount = forms.CharField(
        label=gettext_lazy("Amount"),
        max_length=24,
        help_text=gettext_lazy("In pounds and pence, such as 1,250.00. Less than is due is fine; more is refused."),
        error_messages={"required": gettext_lazy("Give the amount.")},
    )
    moved_on = forms.DateField(
        label=gettext_lazy("Day it was paid"),
        widget=DayInput(),
        input_formats=["%Y-%m-%d"],
        error_messages={"required": gettext_lazy("Give the day on the statement.")},
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference on the statement"),
        max_length=REFERENCE_LENGTH,
        required=False,
        help_text=gettext_lazy("As it stands there."),
    )
    account = forms.ChoiceField(label=gettext_lazy("Bank account"))

    def __init__(self, *args: Any, banks: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the bank accounts of the contract's book."""
        super().__init__(*args, **kwargs)
        field = self.fields["account"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(banks)

    def clean_amount(self) -> int:
        """Read it as pence."""
        pence = read_pence(self.cleaned_data["amount"])
        if pence is None:
            raise forms.ValidationError(_("Write pounds and pence, such as 12.50, without a minus."))
        return pence

    def clean_moved_on(self) -> date:
        """Keep to years that a calendar knows."""
        return check_year(self.cleaned_data["moved_on"])

    def take_problems(self, problems: Sequence[Mapping[str, str]]) -> None:
        """Show what the payment room found where it is wrong."""
        for one in problems:
            field = "amount" if one["field"] == "amount_pence" else one["field"]
            self.add_error(field if field in self.fields else None, one["detail"])


class PeriodForm(forms.Form):
    """The days of a statement, both included."""

    from_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput(), input_formats=["%Y-%m-%d"])
    through_on = forms.DateField(label=gettext_lazy("To, and including"), widget=DayInput(), input_formats=["%Y-%m-%d"])

    def clean_from_on(self) -> date:
        """Keep to years that a calendar knows."""
        return check_year(self.cleaned_data["from_on"])

    def clean_through_on(self) -> date:
        """Keep to years that a calendar knows."""
        return check_year(self.cleaned_data["through_on"])

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("from_on"), cleaned.get("through_on")
        if begins and ends and ends < begins:
            self.add_error("through_on", _("This is before the first day."))
        return cleaned


def check_year(day: date) -> date:
    """Keep a day within the years that forms take.

    Raises:
        ValidationError: it lies outside.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise forms.ValidationError(_("Please give a year between 1990 and 2199."))
    return day
