"""Forms for what leaves a contract: its public page, and a file of its data to be tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.arithmetic.indigo_cells import is_organisation_id
from bonds.models import Party

ID_LENGTH: Final = 60


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


class IndigoExportForm(forms.Form):
    """The ids under which payers and investors are known, and as which file the data comes."""

    recipient = forms.CharField(label=gettext_lazy("Id of the contract holder"), required=False, max_length=ID_LENGTH)
    act = forms.ChoiceField(choices=[("xlsx", "xlsx"), ("zip", "zip")], initial="xlsx")

    def __init__(self, *args: Any, parties: Sequence[Party], **more: Any) -> None:
        super().__init__(*args, **more)
        self.parties = [party.code for party in parties]
        for party in parties:
            label = _("Id of %(name)s") % {"name": party.organisation.name}
            self.fields[f"party_{party.code}"] = forms.CharField(label=label, max_length=ID_LENGTH)
        self.order_fields([*(f"party_{code}" for code in self.parties), "recipient", "act"])

    def clean(self) -> dict[str, Any]:
        """Refuse what is no id of one organisation."""
        cleaned = super().clean() or {}
        for name in [*(f"party_{code}" for code in self.parties), "recipient"]:
            if cleaned.get(name) and not is_organisation_id(cleaned[name]):
                self.add_error(name, _("Write an id such as INDIGO-ORG-0001, GB-COH-09506232 or GB-LAE-BAS."))
        return cleaned

    def identifiers(self) -> dict[str, str]:
        """Give the ids by code of the party."""
        return {code: self.cleaned_data[f"party_{code}"] for code in self.parties}


class IndigoForm(forms.Form):
    """A file of INDIGO data to be tried."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A workbook (XLSX), a ZIP with one CSV for each tab, or JSON; up to 5 MB."),
    )
