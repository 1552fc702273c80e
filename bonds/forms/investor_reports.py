"""Issuing a report to investors: until when, what was expected, and what the holder says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.forms.fields import DayInput
from bonds.operations.reporting import MOST_EXPECTED, WORDS_LENGTH

_PREFIX: Final = "expected_"


class ReportForm(forms.Form):
    """One number field for each result beside the days and the words."""

    from_on = forms.DateField(widget=forms.HiddenInput(), input_formats=["%Y-%m-%d"])
    last_on = forms.DateField(
        label=gettext_lazy("Last day of the period"), widget=DayInput(), input_formats=["%Y-%m-%d"]
    )
    words = forms.CharField(
        label=gettext_lazy("What you say to it, and what you expect next"),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("All investors read this. Please name no person who takes part in the service."),
    )

    def __init__(self, *args: Any, metrics: Mapping[str, str], from_on: date, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial.setdefault("from_on", from_on.isoformat())
        self.today = today
        self.fields["last_on"].help_text = _("The report begins on %(day)s, where the last one ended.") % {
            "day": date_format(from_on, "j F Y")
        }
        self.codes = list(metrics)
        for code, name in metrics.items():
            self.fields[_PREFIX + code] = forms.IntegerField(
                label=_("Expected in the period: %(result)s") % {"result": name},
                required=False,
                min_value=0,
                max_value=MOST_EXPECTED,
                help_text=_("Empty: as many as the plan of that time says, if there is one."),
            )
        self.order_fields(["from_on", "last_on", *(_PREFIX + code for code in self.codes), "words"])

    def clean_last_on(self) -> date:
        """Ask for a day that has passed."""
        on: date = self.cleaned_data["last_on"]
        if on >= self.today:
            raise forms.ValidationError(_("A report is about days that have passed."))
        begins = self.cleaned_data.get("from_on")
        if begins is not None and on < begins:
            raise forms.ValidationError(_("The last day comes before the first."))
        return on

    def facts(self) -> dict[str, Any]:
        """What the operation takes, once the form is valid."""
        typed = self.cleaned_data
        expected = {code: typed[_PREFIX + code] for code in self.codes if typed.get(_PREFIX + code) is not None}
        return {
            "from_on": typed["from_on"],
            "until_on": typed["last_on"] + timedelta(days=1),
            "expected": expected,
        }
