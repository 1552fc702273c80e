"""What the contract holder types about tax on interest: from whom it is withheld, from when, and what that rests on."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from bonds.forms.fields import PercentField, PlainDayField
from bonds.queries.claims import WORDS_LENGTH


class WithholdingForm(forms.Form):
    """Whether tax is withheld from one investor's interest from a day on."""

    is_withheld = forms.TypedChoiceField(
        label=gettext_lazy("When interest is paid"),
        choices=[
            ("yes", gettext_lazy("Withhold income tax, and pay it over to HMRC")),
            ("no", gettext_lazy("Pay it whole")),
        ],
        coerce=lambda typed: typed == "yes",
        widget=forms.RadioSelect(),
        error_messages={"required": gettext_lazy("Choose one of the two.")},
    )
    from_on = PlainDayField(
        label=gettext_lazy("For payments from"),
        help_text=gettext_lazy("What was paid before stays as it was paid."),
        error_messages={"required": gettext_lazy("Give the first day.")},
    )
    rate = PercentField(
        label=gettext_lazy("Another rate, in percent"),
        required=False,
        help_text=gettext_lazy("Only where HMRC directed one. Empty: the basic rate of the day of each payment."),
    )
    reason = forms.CharField(
        label=gettext_lazy("What this rests on"),
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Such as: the investor is a person; or a direction of HMRC. The investor reads it."),
        error_messages={"required": gettext_lazy("Say what this rests on.")},
    )

    def take_refusal(self, field: str, message: str) -> None:
        """Show what stood in the way beside its field."""
        self.add_error(field if field in self.fields else None, message)
