"""Forms of people and groups: they read and name fields; what may be is decided in operations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import EmailPurpose, Organisation, Person, Role, Scope


class ParticularsForm(forms.Form):
    """The particulars that a register of members keeps."""

    full_name = forms.CharField(
        label=_("Full name"),
        max_length=200,
        help_text=_("As it should stand in the register of members."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    address_line_1 = forms.CharField(
        label=_("Address, line 1"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "address-line1"})
    )
    address_line_2 = forms.CharField(
        label=_("Address, line 2"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    town = forms.CharField(
        label=_("Town or city"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=12,
        required=False,
        help_text=_("Needed for an address in the United Kingdom."),
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    country = forms.CharField(
        label=_("Country"),
        max_length=2,
        min_length=2,
        initial="GB",
        help_text=_("Two letters: GB for the United Kingdom."),
        widget=forms.TextInput(attrs={"autocomplete": "country"}),
    )
    email_for_notices = forms.EmailField(
        label=_("E-mail for notices"),
        max_length=254,
        required=False,
        help_text=_("Leave it empty to get notices by post. It is kept in the register with what it is for."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    email_purposes = forms.MultipleChoiceField(
        label=_("What may this e-mail be used for?"),
        choices=EmailPurpose.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """How somebody is called, apart from any register."""

    class Meta:
        """Names only; the rest of a person has acts of its own."""

        model = Person
        fields = ("given_name", "family_name")
        widgets = {
            "given_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "family_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }


class ApiKeyForm(forms.Form):
    """A new API key."""

    name = forms.CharField(
        label=_("Name"), max_length=50, help_text=_("So that you know later which key this is, such as “Till report”.")
    )
    organisation = forms.ModelChoiceField(
        label=_("Works for"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Myself only"),
        to_field_name="public_id",
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        """Offer only the organisations in which the person holds a role."""
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.filter(pk__in=[organisation.pk for organisation in organisations])


class AppointmentForm(forms.Form):
    """A new officer."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The address with which the person signs in here. They have to sign up first."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)
    from_on = forms.DateField(
        label=_("Since"),
        help_text=_("Day on which the office was assumed."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class EndRoleForm(forms.Form):
    """The end of a role."""

    until_on = forms.DateField(label=_("First day without the office"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        required=False,
        help_text=_("For the record, such as “Minute 4 of the annual meeting”. Without personal details."),
    )


class ErasureForm(forms.Form):
    """A request for erasure, confirmed."""

    understood = forms.BooleanField(
        label=_("I understand that my sign-in will be closed and that this cannot be undone."),
    )
