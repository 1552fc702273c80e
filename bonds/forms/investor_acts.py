"""What the contract holder types about investors' money: a call, an amount to give up, a reason, money that moved."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.forms.fields import PlainDayField, PoundsField
from bonds.forms.money_moved import MoneyMovedForm
from bonds.queries.claims import WORDS_LENGTH


class CallForm(forms.Form):
    """How much is wanted, by when, and what for."""

    amount_pence = PoundsField(label=gettext_lazy("How much is wanted, in all"))
    due_on = PlainDayField(label=gettext_lazy("By which day"))
    reason = forms.CharField(
        label=gettext_lazy("What the money is for"),
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Investors read this in the notice."),
    )


class CancelForm(forms.Form):
    """How much will never be called, and why."""

    amount_pence = PoundsField(label=gettext_lazy("How much will not be needed, in all"))
    reason = forms.CharField(
        label=gettext_lazy("Why it will not be needed"),
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("This stays in the record of the contract."),
    )


class ShareOutForm(forms.Form):
    """What the reserve is reckoned from."""

    monthly_cost_pence = PoundsField(
        label=gettext_lazy("What a month costs"),
        required=False,
        help_text=gettext_lazy("Costs and fees together, for the reserve. Empty: nothing is put into it."),
    )

    def clean_monthly_cost_pence(self) -> int:
        """Take an empty field for nothing."""
        return self.cleaned_data["monthly_cost_pence"] or 0


class WriteOffForm(forms.Form):
    """Why nothing more will come."""

    reason = forms.CharField(
        label=gettext_lazy("Why nothing more will come"),
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("This stays in the record of the contract."),
    )
    is_meant = forms.BooleanField(
        label=gettext_lazy("I know that this ends the investors' side and cannot be undone"),
        error_messages={"required": gettext_lazy("Tick the box to write it off.")},
    )


class MovedForm(MoneyMovedForm):
    """Money that moved between an investor and the contract: what the statement says."""

    moved_on = PlainDayField(error_messages={"required": gettext_lazy("Give the day on the statement.")})
    amount_pence = PoundsField(label=gettext_lazy("Amount"))

    def __init__(self, *args: Any, is_receipt: bool, **more: Any) -> None:
        """Ask in the words of a receipt or of a payment."""
        super().__init__(*args, **more)
        self.fields["moved_on"].label = _("Day it came") if is_receipt else _("Day it was paid")


class PeriodForm(forms.Form):
    """The days of a statement; both belong to it."""

    from_on = PlainDayField(label=gettext_lazy("From"))
    last_on = PlainDayField(label=gettext_lazy("To, and including"))

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("from_on"), cleaned.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last day lies before the first."))
        return cleaned
