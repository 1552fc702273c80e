"""What the contract holder chooses about calls in the books: posted or not, from when, and what that rests on."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from bonds.forms.fields import PlainDayField


class NoticePolicyForm(forms.Form):
    """Whether calls are posted from a day on."""

    is_posted = forms.TypedChoiceField(
        label=gettext_lazy("When investors are called on"),
        choices=[
            ("no", gettext_lazy("Post nothing: a loan is in the books once its money came")),
            ("yes", gettext_lazy("Post what was called as awaited (1150), and as a loan")),
        ],
        coerce=lambda typed: typed == "yes",
        widget=forms.RadioSelect(),
        error_messages={"required": gettext_lazy("Choose one of the two.")},
    )
    from_on = PlainDayField(
        label=gettext_lazy("For calls made from"),
        help_text=gettext_lazy("Today or later: calls made before stay as they were booked."),
        error_messages={"required": gettext_lazy("Give the first day.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("What this rests on"), max_length=200,
        help_text=gettext_lazy("For example what your accountant said."),
        error_messages={"required": gettext_lazy("Say what this rests on.")},
    )  # fmt: skip

    def take_refusal(self, field: str, message: str) -> None:
        """Show what stood in the way beside its field."""
        self.add_error(field if field in self.fields else None, message)
