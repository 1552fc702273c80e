"""What the import's pages ask: the file and how to read it; then whether to post what was read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from treasury.arithmetic.imports import DateOrder, ImportKind, ImportOptions
from treasury.forms import DayInput


class ImportForm(forms.Form):
    """A file of journals or opening balances."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is in the file?"),
        widget=forms.RadioSelect,
        initial=ImportKind.JOURNALS.value,
        choices=[
            (ImportKind.JOURNALS.value, gettext_lazy("Journals of another system")),
            (ImportKind.OPENING.value, gettext_lazy("Opening balances")),
        ],
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV in UTF-8, at most 10 MB and 100,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    mapping = forms.FileField(
        label=gettext_lazy("Table of codes"),
        help_text=gettext_lazy("Where the file has other account codes than this book: a CSV with external, account."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    dates = forms.ChoiceField(
        label=gettext_lazy("How are dates written?"),
        widget=forms.RadioSelect,
        initial=DateOrder.BRITISH.value,
        choices=[
            (DateOrder.BRITISH.value, gettext_lazy("Day first: 31/01/2026")),
            (DateOrder.ISO.value, gettext_lazy("Year first: 2026-01-31")),
        ],
    )
    commas = forms.BooleanField(label=gettext_lazy("Amounts have commas, as in 1,234.50"), required=False)
    starts_on = forms.DateField(
        label=gettext_lazy("First day of your own books"),
        help_text=gettext_lazy("For opening balances: they are dated the day before."),
        required=False,
        widget=DayInput(),
        input_formats=["%Y-%m-%d"],
    )
    suspense = forms.RegexField(
        r"^[0-9]{4,8}$",
        label=gettext_lazy("Account for a difference"),
        help_text=gettext_lazy(
            "Opening balances have to balance. Only if yours do not yet: the account that takes the rest, such as 9998."
        ),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Opening balances need their day; journals have their own."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == ImportKind.OPENING.value and not cleaned.get("starts_on"):
            self.add_error("starts_on", _("Give the first day of your own books."))
        return cleaned

    @property
    def options(self) -> ImportOptions:
        """How to read the file."""
        cleaned = self.cleaned_data
        kind = ImportKind(cleaned["kind"])
        is_opening = kind is ImportKind.OPENING
        return ImportOptions(
            kind=kind,
            dates=DateOrder(cleaned["dates"]),
            commas=cleaned["commas"],
            opening_on=cleaned["starts_on"] - timedelta(days=1) if is_opening else None,
            suspense=cleaned["suspense"] if is_opening else "",
        )


class ConfirmImportForm(forms.Form):
    """What was looked at, handed back: only the file's id and how it was read."""

    file = forms.SlugField(max_length=40, widget=forms.HiddenInput)
    mapping_file = forms.SlugField(max_length=40, required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=[(one.value, one.value) for one in ImportKind], widget=forms.HiddenInput)
    dates = forms.ChoiceField(choices=[(one.value, one.value) for one in DateOrder], widget=forms.HiddenInput)
    commas = forms.BooleanField(required=False, widget=forms.HiddenInput)
    opening_on = forms.DateField(required=False, input_formats=["%Y-%m-%d"], widget=forms.HiddenInput)
    suspense = forms.RegexField(r"^[0-9]{4,8}$", required=False, widget=forms.HiddenInput)

    @property
    def options(self) -> ImportOptions:
        """How to read the file."""
        cleaned = self.cleaned_data
        return ImportOptions(
            kind=ImportKind(cleaned["kind"]),
            dates=DateOrder(cleaned["dates"]),
            commas=cleaned["commas"],
            opening_on=cleaned["opening_on"],
            suspense=cleaned["suspense"],
        )
