"""What somebody asks of a contract at a glance and of a list of lines."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from bonds.arithmetic.spans import YearKind
from bonds.queries.line_lists import Which

YEARS: Final = [
    (YearKind.FINANCIAL.value, _("financial years, from 1 April")),
    (YearKind.CONTRACT.value, _("years of the contract")),
]
WHICH: Final = [
    ("", _("all that were claimed")),
    (Which.WAITING.value, _("waiting for a decision")),
    (Which.ACCEPTED.value, _("accepted, and not taken back")),
    (Which.TO_INVOICE.value, _("accepted and not invoiced")),
    (Which.REFUSED.value, _("rejected or withdrawn")),
    (Which.TAKEN_BACK.value, _("taken back")),
]
_TEXT_LENGTH: Final = 60


def day(**more: Any) -> forms.DateField:
    """A day, as the browser's own field."""
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), required=False, **more)


class OverviewForm(forms.Form):
    """At the end of which day, and by which years."""

    on = day(label=_("At the end of"))
    years = forms.ChoiceField(label=_("By"), choices=YEARS, required=False)

    def __init__(self, *args: Any, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.today = today

    def clean_on(self) -> date:
        """Take today where no day is named; nobody knows what will be."""
        on: date = self.cleaned_data["on"] or self.today
        if on > self.today:
            raise forms.ValidationError(_("This day has not come yet. Plans say what is expected."))
        return on

    def clean_years(self) -> YearKind:
        """Take financial years where nothing is said."""
        return YearKind(self.cleaned_data["years"] or YearKind.FINANCIAL)


class LinesFilterForm(forms.Form):
    """Which lines somebody wants to see, over all claims."""

    which = forms.ChoiceField(label=_("Which lines"), choices=WHICH, required=False)
    result = forms.CharField(max_length=_TEXT_LENGTH, required=False)
    payer = forms.CharField(max_length=_TEXT_LENGTH, required=False)
    reason = forms.CharField(max_length=_TEXT_LENGTH, required=False)
    cap = forms.CharField(max_length=_TEXT_LENGTH, required=False)
    achieved_from = day(label=_("Achieved from"))
    achieved_through = day(label=_("until"))
    claimed_from = day(label=_("Claimed from"))
    claimed_through = day(label=_("until"))
