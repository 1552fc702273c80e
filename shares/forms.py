"""Forms of shares: they read and name fields; what may be is decided in operations."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import format_pounds
from people.forms import ParticularsForm
from shares.arithmetic import NotWholeShares, whole_shares
from shares.models import Application, ConsentWording
from shares.states import HolderKind

# Up to a thousand million pounds, with pence or without; thousands may be parted by commas.
AMOUNT: Final = re.compile(r"^£?\s*([0-9]{1,3}(?:,[0-9]{3}){0,3}|[0-9]{1,10})(?:\.([0-9]{1,2}))?$")
PENCE_IN_A_POUND: Final = 100
WORDING_PREFIX: Final = "wording_"


class AmountForm(forms.Form):
    """How much to buy shares for, and for whom."""

    amount = forms.CharField(
        label=gettext_lazy("How much do you want to buy shares for?"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Enter an amount in pounds, such as 250.")},
    )
    holder_kind = forms.ChoiceField(
        label=gettext_lazy("Who are the shares for?"),
        choices=[
            (HolderKind.INDIVIDUAL.value, gettext_lazy("Myself")),
            (HolderKind.REGISTERED_SOCIETY.value, gettext_lazy("A registered society for which I act")),
            (HolderKind.BODY_CORPORATE.value, gettext_lazy("A company or other body for which I act")),
        ],
        initial=HolderKind.INDIVIDUAL.value,
        required=False,
        widget=forms.RadioSelect,
    )
    body_name = forms.CharField(
        label=gettext_lazy("Name of the society or company"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only if the shares are not for yourself."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    body_number = forms.CharField(
        label=gettext_lazy("Its registration number"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Only if the shares are not for yourself."),
    )

    def __init__(self, *args: Any, price_pence: int, **kwargs: Any) -> None:
        """Know the price of a share, so that an amount can become a number of shares."""
        super().__init__(*args, **kwargs)
        self.price_pence = price_pence

    def clean_amount(self) -> int:
        """Turn the amount into a number of shares, or say which amounts would do."""
        match = AMOUNT.match(self.cleaned_data["amount"].strip())
        if match is None:
            raise forms.ValidationError(
                _("Enter an amount in pounds with numbers only, such as 250."), code="malformed"
            )
        pounds, pence = match[1].replace(",", ""), (match[2] or "0").ljust(2, "0")
        try:
            return whole_shares(int(pounds) * PENCE_IN_A_POUND + int(pence), self.price_pence)
        except NotWholeShares as refused:
            raise forms.ValidationError(self._nearest(refused), code="not_whole_shares") from None

    def clean_holder_kind(self) -> HolderKind:
        """Take nothing for oneself."""
        return HolderKind(self.cleaned_data["holder_kind"] or HolderKind.INDIVIDUAL.value)

    def _nearest(self, refused: NotWholeShares) -> str:
        facts = {
            "price": _short(self.price_pence),
            "below": _short(refused.facts["below_pence"]),
            "above": _short(refused.facts["above_pence"]),
        }
        if not refused.facts["below_pence"]:
            return _("One share costs %(price)s, so enter %(above)s or more.") % facts
        return _("One share costs %(price)s: enter %(below)s or %(above)s, for instance.") % facts


class DetailsForm(ParticularsForm):
    """The particulars that the register of members needs by law; a date of birth only if the rules set an age."""

    date_of_birth = forms.DateField(
        label=gettext_lazy("Date of birth"),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}),
        error_messages={"required": gettext_lazy("Enter your date of birth.")},
    )
    field_order = ("full_name", "date_of_birth")

    def __init__(self, *args: Any, minimum_age: int, **kwargs: Any) -> None:
        """Ask for the date of birth only where the rules of the society set a minimum age."""
        super().__init__(*args, **kwargs)
        if minimum_age:
            self.fields["date_of_birth"].help_text = _(
                "The rules of the society ask members to be %(age)s or older. It is not kept in the register."
            ) % {"age": minimum_age}
        else:
            del self.fields["date_of_birth"]


class ConsentsForm(forms.Form):
    """One box for each declaration; none is ticked beforehand."""

    def __init__(self, *args: Any, wordings: list[ConsentWording], **kwargs: Any) -> None:
        """Make a box for each wording that is in force."""
        super().__init__(*args, **kwargs)
        self.wordings = wordings
        for wording in wordings:
            self.fields[f"{WORDING_PREFIX}{wording.pk}"] = forms.BooleanField(
                label=wording.text,
                required=False,
                help_text="" if wording.is_required else _("You may leave this open."),
            )

    def given(self) -> list[int]:
        """List the wordings that were ticked, also those that are no longer asked: the operation says so."""
        found = (re.fullmatch(rf"{WORDING_PREFIX}(\d{{1,9}})", name) for name in self.data)
        return [int(match[1]) for match in found if match and self.data.get(match[0]) not in {"", "false", "off"}]

    def say_missing(self, codes: list[str]) -> None:
        """Put a message to each required box that is open."""
        for wording in self.wordings:
            if wording.code in codes:
                self.add_error(
                    f"{WORDING_PREFIX}{wording.pk}", _("Tick this box if you agree. You cannot buy shares without it.")
                )


class CloseForm(forms.Form):
    """The closing of an offer."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Needed only if the offer closes before its time and its minimum is not reached."),
    )


class AllotForm(forms.Form):
    """The board's resolution to issue the shares."""

    minute_reference = forms.CharField(
        label=gettext_lazy("Reference of the board's minute"),
        max_length=80,
        help_text=gettext_lazy("As in the minute book, such as 2026/11-4. It is printed on the certificates."),
    )
    board_on = forms.DateField(
        label=gettext_lazy("Date of the board meeting"), widget=forms.DateInput(attrs={"type": "date"})
    )
    allotted_on = forms.DateField(
        label=gettext_lazy("Date of issue"),
        help_text=gettext_lazy("The day on which people become members. It cannot be changed afterwards."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    confirmation = forms.CharField(
        label=gettext_lazy("Type ALLOT to confirm"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_confirmation(self) -> str:
        """Let only the word pass."""
        return _typed(self.cleaned_data["confirmation"], "ALLOT")


class FailForm(forms.Form):
    """The board's finding that an offer has failed."""

    reason = forms.CharField(
        label=gettext_lazy("Why the offer failed"),
        max_length=200,
        help_text=gettext_lazy("For the record, without personal details."),
    )
    is_contingency = forms.BooleanField(
        label=gettext_lazy("The minimum is reached, but a condition of the offer is not met"), required=False
    )
    confirmation = forms.CharField(
        label=gettext_lazy("Type REFUND to confirm"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_confirmation(self) -> str:
        """Let only the word pass."""
        return _typed(self.cleaned_data["confirmation"], "REFUND")


def _typed(given: str, word: str) -> str:
    if given.strip().upper() != word:
        raise forms.ValidationError(_("Type %(word)s to confirm.") % {"word": word}, code="not_confirmed")
    return word


def amount_initial(application: Application) -> dict[str, Any]:
    """Begin an amount form with what was chosen before."""
    chosen = {
        "holder_kind": application.holder_kind,
        "body_name": application.body_name,
        "body_number": application.body_number,
    }
    if application.number_of_shares:
        chosen["amount"] = format(Decimal(application.amount.amount).normalize(), "f")
    return chosen


def _short(pence: int) -> str:
    return format_pounds(pence).removesuffix(".00")
