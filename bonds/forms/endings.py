"""Ending a tranche or the deal, and money of guarantees."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from bonds.forms.fields import PlainDayField, PoundsField
from bonds.forms.money_moved import MoneyMovedForm
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


class GuaranteeForm(MoneyMovedForm):
    """Money of a guarantee that moved, always through the main bank account."""

    moved_on = PlainDayField(label=gettext_lazy("Day on the bank statement"))
    amount_pence = PoundsField(label=gettext_lazy("Amount"))
    reference = forms.CharField(
        label=gettext_lazy("Reference on the statement"), max_length=60, required=False,
        help_text=gettext_lazy("As it stands there."),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        """Do not ask for the account."""
        super().__init__(*args, **more)
        del self.fields["account"]
