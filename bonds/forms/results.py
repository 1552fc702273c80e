"""What the pages of people and results ask. Who somebody is, is asked once and never shown again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.arithmetic.identities import Identifiers
from bonds.models import Party, Referral
from bonds.states import ClockEvent

FIRST_YEAR: Final = 1880
LAST_YEAR: Final = 2199
Choices = Sequence[tuple[str, Any]]
_ISO = ["%Y-%m-%d"]
# What somebody types about another person is not for the browser's memory.
_UNREMEMBERED: Final = {"autocomplete": "off"}


class _DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs=_UNREMEMBERED)


class _DayField(forms.DateField):
    """A day of a year that a calendar knows."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=_DayInput(), input_formats=_ISO, **more)

    def clean(self, value: Any) -> Any:
        """Refuse years that are typing errors."""
        day = super().clean(value)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(
                _("Please give a year between %(first)s and %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
            )
        return day


class PersonForm(forms.Form):
    """Somebody starts with a provider."""

    given_names = forms.CharField(
        label=gettext_lazy("First names"),
        help_text=gettext_lazy("All of them, as on a passport or birth certificate."),
        max_length=200,
        widget=forms.TextInput(attrs=_UNREMEMBERED),
    )
    family_name = forms.CharField(
        label=gettext_lazy("Family name"), max_length=200, widget=forms.TextInput(attrs=_UNREMEMBERED)
    )
    born_on = _DayField(
        label=gettext_lazy("Date of birth"),
        help_text=gettext_lazy("Only the age on the first day is kept."),
    )
    started_on = _DayField(label=gettext_lazy("First day with you"))
    referral = forms.ChoiceField(
        label=gettext_lazy("Which referral was it?"),
        help_text=gettext_lazy("Referrals from which nobody has started yet."),
        required=False,
    )
    subgroups = forms.MultipleChoiceField(
        label=gettext_lazy("Groups"),
        help_text=gettext_lazy("Only those that the contract pays differently for."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, referrals: Iterable[Referral] = (), subgroups: Choices = (), **more: Any) -> None:
        super().__init__(*args, **more)
        offered = [(one.public_id, f"{one.reference} ({one.commissioner.organisation.name})") for one in referrals]
        self._choices("referral", [("", _("None of these")), *offered])
        self._choices("subgroups", list(subgroups))
        if not offered:
            del self.fields["referral"]
        if not subgroups:
            del self.fields["subgroups"]

    def _choices(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def identifiers(self) -> Identifiers:
        """Who it is."""
        cleaned = self.cleaned_data
        return Identifiers(
            given_names=cleaned["given_names"], family_name=cleaned["family_name"], born_on=cleaned["born_on"]
        )


class ClockForm(forms.Form):
    """The clock of something that has to last."""

    ladder = forms.ChoiceField(label=gettext_lazy("What has to last?"))
    event = forms.ChoiceField(
        label=gettext_lazy("What happened?"),
        widget=forms.RadioSelect,
        choices=[
            (ClockEvent.START.value, gettext_lazy("It began")),
            (ClockEvent.RESTART.value, gettext_lazy("It was lost, and began again")),
        ],
        initial=ClockEvent.START.value,
    )
    started_on = _DayField(label=gettext_lazy("From which day?"))

    def __init__(self, *args: Any, ladders: Iterable[str] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["ladder"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one, one.replace("_", " ")) for one in ladders]


class ResultForm(forms.Form):
    """What a person achieved."""

    person = forms.RegexField(
        r"^P-[0-9]{4,8}$",
        label=gettext_lazy("Whose result?"),
        help_text=gettext_lazy("The pseudonym, such as P-0001."),
        widget=forms.TextInput(attrs=_UNREMEMBERED),
        error_messages={"invalid": gettext_lazy("Write the pseudonym, such as P-0001.")},
    )
    metric = forms.ChoiceField(label=gettext_lazy("What was achieved?"))
    achieved_on = _DayField(label=gettext_lazy("On which day?"))
    quantity = forms.IntegerField(
        label=gettext_lazy("How many days?"),
        help_text=gettext_lazy("Only for results that are counted in days; otherwise 1."),
        min_value=1,
        max_value=100_000,
        initial=1,
    )

    def __init__(self, *args: Any, metrics: Choices = (), **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["metric"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = metrics


class GroupResultForm(ResultForm):
    """What was measured of a group."""

    person = None  # type: ignore[assignment]
    cohort = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9 _.-]{0,39}$",
        label=gettext_lazy("Which group?"),
        help_text=gettext_lazy("A short name, such as cohort-1."),
    )
    measurement = forms.CharField(
        label=gettext_lazy("What was measured"),
        help_text=gettext_lazy(
            "For a result with a formula: the evaluator's figures, as they were handed over (JSON). "
            'Such as {"measured_on": "2026-03-31", "figures": {"days": "120"}}'
        ),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    field_order = ("cohort", "metric", "achieved_on", "quantity", "measurement")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["quantity"].label = _("How many?")
        self.fields["quantity"].help_text = _("Units that were given to the group; 1 where it is measured as a whole.")

    def clean_measurement(self) -> Any:
        """Read JSON; nothing is nothing."""
        text = self.cleaned_data["measurement"].strip()
        if not text:
            return None
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise forms.ValidationError(_("This is not JSON. Paste the figures as they were handed over.")) from None


class WithdrawForm(forms.Form):
    """Why a result is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why was it not so?"),
        help_text=gettext_lazy("In a few words, without names: it stays in the record."),
        max_length=300,
    )


class EvidenceForm(forms.Form):
    """What shows a result."""

    kind = forms.ChoiceField(label=gettext_lazy("What is it?"))
    dated_on = _DayField(
        label=gettext_lazy("Of which day does it speak?"), help_text=gettext_lazy("The date on the letter or form.")
    )
    reference = forms.CharField(
        label=gettext_lazy("Number of the form"),
        help_text=gettext_lazy("If it has one. Instead of a file it is enough where the payer holds the form."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs=_UNREMEMBERED),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("PDF, PNG, JPEG or plain text, at most 10 MB. Only you and the verifier can open it."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.txt,.csv"}),
    )
    is_redacted = forms.BooleanField(label=gettext_lazy("Names of other people are blacked out"), required=False)

    def __init__(self, *args: Any, kinds: Choices = (), **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = kinds


class ReferralForm(forms.Form):
    """A commissioner sent somebody to a provider."""

    commissioner = forms.ChoiceField(label=gettext_lazy("Who sent them?"))
    provider = forms.ChoiceField(label=gettext_lazy("To whom?"))
    referred_on = _DayField(label=gettext_lazy("On which day?"))
    reference = forms.CharField(
        label=gettext_lazy("The commissioner's reference"),
        help_text=gettext_lazy("A number, never a name."),
        max_length=40,
        widget=forms.TextInput(attrs=_UNREMEMBERED),
    )

    def __init__(
        self, *args: Any, commissioners: Iterable[Party] = (), providers: Iterable[Party] = (), **more: Any
    ) -> None:
        super().__init__(*args, **more)
        for name, parties in (("commissioner", commissioners), ("provider", providers)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(one.code, one.organisation.name) for one in parties]


class UploadForm(forms.Form):
    """A file of results."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV in UTF-8, at most 10 MB and 100,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )


class ConfirmUploadForm(forms.Form):
    """What was looked at, handed back: only the file's id."""

    file = forms.SlugField(max_length=40, widget=forms.HiddenInput)
