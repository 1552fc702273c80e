"""The small forms around a journal: why it is refused, when it is reversed, which file, which limit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.amounts import read_pence
from treasury.arithmetic.journals import read_day
from treasury.forms import DayInput
from treasury.models.journals import REASON_LENGTH


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("Whoever wrote the journal reads this, and it stays in its record."),
    )


class ReversalForm(forms.Form):
    """When and why a journal is undone."""

    effective_on = forms.DateField(
        label=gettext_lazy("Date of the reversal"), widget=DayInput(), input_formats=["%Y-%m-%d"]
    )
    reason = forms.CharField(label=gettext_lazy("Why it is reversed"), max_length=REASON_LENGTH)

    def clean_effective_on(self) -> Any:
        """Keep to years that a calendar of accounts knows."""
        day = self.cleaned_data["effective_on"]
        if read_day(day.isoformat()) is None:
            raise forms.ValidationError(_("Please give a year between 1900 and 2999."))
        return day


class LimitForm(forms.Form):
    """The limit."""

    limit = forms.CharField(
        label=gettext_lazy("One person may post up to"),
        max_length=20,
        help_text=gettext_lazy("In pounds. 0 means that every journal needs a second person."),
    )
    reason = forms.CharField(
        label=gettext_lazy("What this rests on"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("For example the number of the board's minute."),
    )

    def clean_limit(self) -> int:
        """Read it as pence."""
        pence = read_pence(self.cleaned_data["limit"])
        if pence is None:
            raise forms.ValidationError(_("Write an amount such as 500 or 250.00, without a minus."))
        return pence
