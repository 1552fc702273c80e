"""What officers type in the payment room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

RESOLUTION_LENGTH = 200


class ResolutionForm(forms.Form):
    """How a matter was dealt with."""

    resolution = forms.CharField(
        label=_("What was done"),
        help_text=_("For the record. No names, addresses or card details, please."),
        max_length=RESOLUTION_LENGTH,
    )
