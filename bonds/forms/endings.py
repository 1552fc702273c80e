"""Ending a tranche or the deal, and money of guarantees."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy

from bonds.forms.fields import DayField, PoundsField
from bonds.queries.claims import WORDS_LENGTH


class EndForm(forms.Form):
    """Why it ends, and that what was shown is meant."""

    seen = forms.RegexField(r"^[0-9a-f]{64}\Z", widget=forms.HiddenInput())
    reason = forms.CharField(
        label=gettext_lazy("Why it ends now"),
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("This stays in the record of the contract."),
    )
    is_meant = forms.BooleanField(
        label=gettext_lazy("I have looked at each step, and this is what is to happen"),
        error_messages={"required": gettext_lazy("Tick the box to end it.")},
    )


class GuaranteeForm(forms.Form):
    """Money of a guarantee that moved."""

    key = forms.RegexField(r"^[A-Za-z0-9_-]{16,64}\Z", widget=forms.HiddenInput())
    moved_on = DayField(label=gettext_lazy("Day on the bank statement"))
    amount_pence = PoundsField(label=gettext_lazy("Amount"))
    reference = forms.CharField(
        label=gettext_lazy("Reference on the statement"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("As it stands there."),
    )

    def clean_moved_on(self) -> date:
        """Give the day as a day."""
        return date.fromisoformat(self.cleaned_data["moved_on"])
