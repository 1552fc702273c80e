"""Money that moved under a contract, as it stands on the bank statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from bonds.forms.fields import PlainDayField, PoundsField
from payments.models.recorded import REFERENCE_LENGTH


class MoneyMovedForm(forms.Form):
    """When it moved, how much, and through which account; each kind of money may word that for itself."""

    key = forms.RegexField(r"^[A-Za-z0-9_-]{16,64}$", widget=forms.HiddenInput())
    moved_on = PlainDayField(
        label=gettext_lazy("Day on the bank statement"),
        error_messages={"required": gettext_lazy("Give the day on the statement.")},
    )
    amount_pence = PoundsField(
        label=gettext_lazy("Amount"), error_messages={"required": gettext_lazy("Give the amount.")}
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference on the statement"), max_length=REFERENCE_LENGTH, required=False,
        help_text=gettext_lazy("As it stands there."),
    )  # fmt: skip
    account = forms.ChoiceField(label=gettext_lazy("Bank account"))

    def __init__(self, *args: Any, banks: Sequence[tuple[str, str]], **more: Any) -> None:
        """Offer the bank accounts of the contract's book."""
        super().__init__(*args, **more)
        field = self.fields["account"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(banks)

    def take_problems(self, problems: Sequence[Mapping[str, str]]) -> None:
        """Show what the payment room found where it is wrong."""
        for one in problems:
            self.add_error(one["field"] if one["field"] in self.fields else None, one["detail"])
