"""Forms of claims: which results or lines somebody means, and the words that go with a decision."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from bonds.queries.claims import MOST_NAMED, WHAT_LENGTH, WORDS_LENGTH

NAMES_NOBODY: Final = _("These words stay in the record. Please name nobody: write the pseudonym.")
TICK_ONE: Final = _("Tick at least one line.")
_PUBLIC_ID: Final = r"^[a-z]{3}_[0-9A-Za-z]{1,40}\Z"


class IdsField(forms.MultipleChoiceField):
    """Ticked boxes whose values are opaque ids; whether they exist, the act says."""

    def __init__(self, *, most: int = MOST_NAMED, **more: Any) -> None:
        super().__init__(choices=(), widget=forms.MultipleHiddenInput(), **more)
        self._most = most
        self._is_id = RegexValidator(_PUBLIC_ID)

    def valid_value(self, value: str) -> bool:
        """Whether it has the shape of an opaque id."""
        try:
            self._is_id(value)
        except forms.ValidationError:
            return False
        return True

    def validate(self, value: list[str]) -> None:
        """Take a page full of them, and not a million."""
        super().validate(value)
        if len(value) > self._most:
            raise forms.ValidationError(_("These are too many at once."))


class EventsForm(forms.Form):
    """Which results go into the claim: those that are ticked, or all complete ones of the list."""

    events = IdsField(required=False)
    act = forms.ChoiceField(choices=[("ticked", _("ticked")), ("complete", _("complete"))], initial="ticked")

    def clean(self) -> dict[str, Any]:
        """Ask for a tick where ticks count."""
        cleaned = super().clean() or {}
        if cleaned.get("act") == "ticked" and not cleaned.get("events") and not self.errors:
            self.add_error(None, _("Tick at least one result."))
        return cleaned


class LinesForm(forms.Form):
    """Which lines somebody means."""

    lines = IdsField(error_messages={"required": TICK_ONE})

    def clean(self) -> dict[str, Any]:
        """Say what is missing once, at the top: ticks are no field that one could be led to."""
        for words in self.errors.pop("lines", []):
            self.add_error(None, words)
        return super().clean() or {}


class WithdrawLinesForm(LinesForm):
    """Taking lines back, and why."""

    reason = forms.CharField(
        label=_("Why are they withdrawn?"),
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=NAMES_NOBODY,
    )


class DecideForm(LinesForm):
    """The verifier's decision about ticked lines. A rejection says why."""

    act = forms.ChoiceField(choices=[("accept", _("accept")), ("reject", _("reject"))])
    note = forms.CharField(
        label=_("What the decision rests on"),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when lines are rejected: the provider is told. Please name nobody: write the pseudonym."),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a rejection."""
        cleaned = super().clean()
        if cleaned.get("act") == "reject" and not cleaned.get("note", "").strip() and "note" not in self.errors:
            self.add_error("note", _("Say why the lines are rejected: the provider has to be told."))
        return cleaned


class AnswerForm(forms.Form):
    """The provider's answer."""

    text = forms.CharField(
        label=_("Your answer"), max_length=WORDS_LENGTH, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=NAMES_NOBODY,
    )  # fmt: skip


class QueryForm(forms.Form):
    """The verifier's question."""

    text = forms.CharField(
        label=_("What would you like to know?"), max_length=WORDS_LENGTH, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=NAMES_NOBODY,
    )  # fmt: skip


class FlagForm(forms.Form):
    """The verifier's doubt."""

    reason = forms.CharField(
        label=_("What is the doubt?"), max_length=WORDS_LENGTH, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=NAMES_NOBODY,
    )  # fmt: skip


class CheckForm(forms.Form):
    """One thing that the verifier looked at before payment."""

    what = forms.CharField(
        label=_("What did you look at?"), max_length=WHAT_LENGTH,
        help_text=_("For example: the tenancy register of the council, seen on the day of the check."),
    )  # fmt: skip
    is_in_order = forms.TypedChoiceField(
        label=_("What did you find?"),
        choices=[("yes", _("It is in order")), ("no", _("It is not in order"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect(),
    )
    note = forms.CharField(
        label=_("More about it"), required=False, max_length=WORDS_LENGTH, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=NAMES_NOBODY,
    )  # fmt: skip
