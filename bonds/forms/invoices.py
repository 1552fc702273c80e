"""Forms of invoices: purchase orders, receipts, how VAT looks at a contract, and lines that are taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds import states
from bonds.forms.claims import NAMES_NOBODY, TICK_ONE, IdsField, LinesForm
from bonds.forms.fields import PercentField, PlainDayField, PoundsField
from bonds.forms.money_moved import MoneyMovedForm
from bonds.models.choices import RECOGNITIONS, VAT_CATEGORIES
from bonds.queries.claims import MOST_TAKEN_BACK, WORDS_LENGTH

ORDER_LENGTH: Final = 60


class OrderForm(forms.Form):
    """A payer's own purchase order."""

    payer = forms.ChoiceField(
        label=gettext_lazy("Who ordered"), error_messages={"required": gettext_lazy("Choose the payer.")}
    )
    number = forms.CharField(
        label=gettext_lazy("Order number"), max_length=ORDER_LENGTH,
        help_text=gettext_lazy("As the payer writes it. It stands on every invoice."),
        error_messages={"required": gettext_lazy("Give the number of the order.")},
    )  # fmt: skip
    cost_centre = forms.CharField(
        label=gettext_lazy("Cost centre"), max_length=ORDER_LENGTH, required=False,
        help_text=gettext_lazy("Where the payer books it, if it wants that on the invoice."),
    )  # fmt: skip
    from_on = PlainDayField(label=gettext_lazy("First day"))
    last_on = PlainDayField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Invoices issued from the first to the last day name it."),
    )
    amount_pence = PoundsField(
        label=gettext_lazy("Good for"), required=False,
        help_text=gettext_lazy("The highest amount, with VAT. Leave it empty if the order names none."),
    )  # fmt: skip

    def __init__(self, *args: Any, payers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the payers for whom somebody may record; the only one is chosen already."""
        super().__init__(*args, **kwargs)
        field = self.fields["payer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*payers] if len(payers) == 1 else [("", _("Choose a payer")), *payers]

    def clean(self) -> dict[str, Any]:
        """Let the last day not come before the first."""
        cleaned = super().clean() or {}
        from_on, last_on = cleaned.get("from_on"), cleaned.get("last_on")
        if from_on and last_on and last_on < from_on:
            self.add_error("last_on", _("The last day cannot come before the first."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Give what was typed as the domain takes it: the period ends on the day after the last."""
        typed = {name: self.cleaned_data[name] for name in ("number", "cost_centre", "from_on", "amount_pence")}
        until_on: date = self.cleaned_data["last_on"] + timedelta(days=1)
        return typed | {"until_on": until_on}


class ReceiptForm(MoneyMovedForm):
    """That an invoice was paid, as it stands on the bank statement."""

    moved_on = PlainDayField(
        label=gettext_lazy("Day it came"),
        error_messages={"required": gettext_lazy("Give the day on the statement.")},
    )
    amount_pence = PoundsField(
        label=gettext_lazy("Amount"),
        help_text=gettext_lazy("What is still to be paid, unless only a part came."),
        error_messages={"required": gettext_lazy("Give the amount.")},
    )


class VatForm(forms.Form):
    """How VAT looks at what is paid for."""

    category = forms.TypedChoiceField(
        label=gettext_lazy("Treatment"), choices=VAT_CATEGORIES, coerce=states.VatCategory, widget=forms.RadioSelect(),
        error_messages={"required": gettext_lazy("Choose one.")},
    )  # fmt: skip
    from_on = PlainDayField(
        label=gettext_lazy("For invoices issued from"),
        help_text=gettext_lazy("Invoices that were issued already stay as they are."),
    )
    reason = forms.CharField(
        label=gettext_lazy("What this rests on"), max_length=200,
        help_text=gettext_lazy("For example a ruling or written advice. Where no VAT is charged, the invoice says it."),
        error_messages={"required": gettext_lazy("Say what this rests on.")},
    )  # fmt: skip
    registration = forms.CharField(
        label=gettext_lazy("VAT number"), max_length=20, required=False,
        help_text=gettext_lazy("Of the contract holder; needed where VAT is charged."),
    )  # fmt: skip


class RecognitionForm(forms.Form):
    """When income is recognised."""

    recognise_at = forms.TypedChoiceField(
        label=gettext_lazy("Income is recognised"), choices=RECOGNITIONS, coerce=states.Recognition,
        widget=forms.RadioSelect(), error_messages={"required": gettext_lazy("Choose one.")},
    )  # fmt: skip
    percent = PercentField(
        label=gettext_lazy("Part that is recognised when it is claimed, in percent"), required=False,
        help_text=gettext_lazy("Only what is highly probable not to be taken back. Empty where income waits."),
    )  # fmt: skip
    from_on = PlainDayField(
        label=gettext_lazy("For claims submitted from"),
        help_text=gettext_lazy("Today or later: what was claimed before stays as it was booked."),
    )
    reason = forms.CharField(
        label=gettext_lazy("What this rests on"), max_length=200,
        help_text=gettext_lazy("For example how much of such claims was accepted, or what the auditor said."),
        error_messages={"required": gettext_lazy("Say what this rests on.")},
    )  # fmt: skip

    def clean_percent(self) -> int:
        """Give nothing as 0."""
        return self.cleaned_data["percent"] or 0


class TakeBackForm(LinesForm):
    """Which accepted lines are taken back, and why. `seen` names what was shown of it."""

    lines = IdsField(most=MOST_TAKEN_BACK, error_messages={"required": TICK_ONE})
    reason = forms.CharField(
        label=gettext_lazy("Why are they taken back?"), max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=NAMES_NOBODY,
        error_messages={"required": gettext_lazy("Say why: the provider has to be told.")},
    )  # fmt: skip
    told = forms.CharField(
        label=gettext_lazy("What the payers are told"), max_length=WORDS_LENGTH, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "It stands on their credit notes, which cannot be changed. They do not see the reason above. Empty: the "
            "note only says that results were taken back."
        ),
    )  # fmt: skip
    seen = forms.RegexField(r"^[0-9a-f]{64}\Z", required=False, widget=forms.HiddenInput())
    act = forms.ChoiceField(choices=[("look", _("look")), ("confirm", _("confirm"))], initial="look", required=False)
