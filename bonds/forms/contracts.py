"""Opening a contract, its parties, and what is done with its versions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.forms.fields import CodeField, PlainDayField
from bonds.models import OutcomesContract
from bonds.models.choices import NATIONS, PARTY_ROLES, RESERVED
from core.money import MINOR_UNITS
from people.models import Organisation
from people.queries import NoSuchOrganisation, get_organisation

REASON_LENGTH = 2_000


def _day(label: Any, **more: Any) -> forms.DateField:
    return PlainDayField(label=label, **more)


class OpenContractForm(forms.ModelForm[OutcomesContract]):
    """What a contract is, before anything is written in it."""

    reference = CodeField(
        label=gettext_lazy("Reference"),
        help_text=gettext_lazy("A short name for addresses and letters, such as brightwater. It never changes."),
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), choices=[(code, code) for code in MINOR_UNITS], initial="GBP"
    )
    nation = forms.ChoiceField(label=gettext_lazy("Working days and bank holidays as in"), choices=NATIONS)
    effective_on = _day(
        gettext_lazy("First day"), help_text=gettext_lazy("From this day on the first version of the terms holds.")
    )

    class Meta:
        """The fields that the contract keeps as they are."""

        model = OutcomesContract
        fields = ("name", "reference", "purpose", "currency", "nation")
        help_texts = {
            "name": gettext_lazy("What people call it, such as Brightwater Homes."),
            "purpose": gettext_lazy("What is paid for, in plain words that anybody understands."),
        }
        widgets = {"purpose": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["purpose"].required = True

    def clean_reference(self) -> str:
        """Refuse what is an address of its own, or taken."""
        reference: str = self.cleaned_data["reference"]
        if reference in RESERVED:
            raise forms.ValidationError(_("This word is used by the site itself. Please choose another."))
        if OutcomesContract.objects.filter(reference=reference).exists():
            raise forms.ValidationError(_("Another contract has this reference."))
        return reference


class AddPartyForm(forms.Form):
    """An organisation that takes part."""

    organisation = forms.CharField(
        label=gettext_lazy("Organisation"),
        max_length=80,
        help_text=gettext_lazy("Its short name on this platform: the part of its address after /groups/."),
    )
    code = CodeField(
        label=gettext_lazy("Short name in this contract"),
        help_text=gettext_lazy("Terms and claims name the party by it. It never changes."),
    )

    def clean_organisation(self) -> Organisation:
        """Find it."""
        try:
            return get_organisation(self.cleaned_data["organisation"].strip().lower())
        except NoSuchOrganisation:
            raise forms.ValidationError(_("There is no organisation with this short name here.")) from None


class GiveRoleForm(forms.Form):
    """What a party does, and from when."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=PARTY_ROLES)
    from_on = _day(gettext_lazy("From"))
    last_on = _day(
        gettext_lazy("To, and including"), required=False, help_text=gettext_lazy("Empty while nobody knows.")
    )


class EndRoleForm(forms.Form):
    """The last day of a role."""

    last_on = _day(gettext_lazy("Last day in this role"))


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The parties read this, and it stays in the record of the contract."),
    )


class VariationForm(ReasonForm):
    """From when a variation holds, and why there is one."""

    effective_on = _day(
        gettext_lazy("It holds for results achieved from"),
        help_text=gettext_lazy(
            "Earlier results keep the terms of their day. If this day has passed, results that were accepted since "
            "then are worked out again once everybody has signed, and the difference is shown as a line of its own."
        ),
    )
    field_order = ("effective_on", "reason")


class SignForm(forms.Form):
    """The words that one signs."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput())
    is_meant = forms.BooleanField(
        label=gettext_lazy("I have read these terms, and sign them for my organisation"),
        error_messages={"required": gettext_lazy("Tick the box to sign.")},
    )


class ApproachForm(forms.Form):
    """How a provider goes about it, in its own words."""

    title = forms.CharField(label=gettext_lazy("In a few words"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("How we go about it"), widget=forms.Textarea(attrs={"rows": 6}), max_length=20_000
    )
    place_name = forms.CharField(label=gettext_lazy("Where"), max_length=80, required=False)
