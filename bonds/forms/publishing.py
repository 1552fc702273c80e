"""Forms for what leaves a contract: its public page, and a file of its data to be tried."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy


class PublishForm(forms.Form):
    """Whose prices are kept private."""

    private_prices = forms.MultipleChoiceField(
        label=gettext_lazy("Keep the prices of these results private"),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=gettext_lazy("The page then says that the price is private."),
    )
    act = forms.ChoiceField(choices=[("look", "look"), ("publish", "publish")], initial="look")

    def __init__(self, *args: Any, names: Mapping[str, str], **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["private_prices"]
        field.choices = list(names.items())


class IndigoForm(forms.Form):
    """A file of INDIGO data to be tried."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A ZIP with one CSV for each tab, as it is downloaded here, or JSON; up to 5 MB."),
    )
