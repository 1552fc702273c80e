"""What the contract holder types about investors' money: a call, an amount to give up, a reason, money that moved."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.forms.fields import DayInput, PoundsField
from bonds.queries.claims import WORDS_LENGTH
from ledger.models import Book
from payments.models.recorded import REFERENCE_LENGTH
from payments.queries import bank_accounts

YEARS = (1990, 2199)


class MoneyDayField(forms.DateField):
    """A day in years that a book can have."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=DayInput(), input_formats=["%Y-%m-%d"], **more)

    def clean(self, value: Any) -> Any:
        """Refuse other years."""
        day: date | None = super().clean(value)
        if day is not None and not YEARS[0] <= day.year <= YEARS[1]:
            raise forms.ValidationError(_("Please give a year between 1990 and 2199."))
        return day


class CallForm(forms.Form):
    """How much is wanted, by when, and what for."""

    amount_pence = PoundsField(label=gettext_lazy("How much is wanted, in all"))
    due_on = MoneyDayField(label=gettext_lazy("By which day"))
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


class MovedForm(forms.Form):
    """Money that moved between an investor and the contract: what the statement says."""

    key = forms.RegexField(r"^[A-Za-z0-9_-]{16,64}$", widget=forms.HiddenInput())
    moved_on = MoneyDayField(error_messages={"required": gettext_lazy("Give the day on the statement.")})
    amount_pence = PoundsField(label=gettext_lazy("Amount"))
    reference = forms.CharField(
        label=gettext_lazy("Reference on the statement"),
        max_length=REFERENCE_LENGTH,
        required=False,
        help_text=gettext_lazy("As it stands there."),
    )
    account = forms.ChoiceField(label=gettext_lazy("Bank account"))

    def __init__(self, *args: Any, book: Book, is_receipt: bool, **more: Any) -> None:
        """Offer the bank accounts of a book, and ask in the words of a receipt or of a payment."""
        super().__init__(*args, **more)
        self.fields["moved_on"].label = _("Day it came") if is_receipt else _("Day it was paid")
        account = self.fields["account"]
        assert isinstance(account, forms.ChoiceField)
        account.choices = [(one.code, str(one)) for one in bank_accounts(book)]

    def take_problems(self, problems: list[dict[str, str]]) -> None:
        """Show what the payment room found where it is wrong."""
        for one in problems:
            self.add_error(one["field"] if one["field"] in self.fields else None, one["detail"])


class PeriodForm(forms.Form):
    """The days of a statement; both belong to it."""

    from_on = MoneyDayField(label=gettext_lazy("From"))
    last_on = MoneyDayField(label=gettext_lazy("To, and including"))

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("from_on"), cleaned.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last day lies before the first."))
        return cleaned
