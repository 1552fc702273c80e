"""What officers type in the payment room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.amounts import read_pence
from ledger.models import OWNER_LENGTH, Book
from ledger.states import AccountType
from payments.models.recorded import NAME_LENGTH, NOTE_LENGTH, REFERENCE_LENGTH
from payments.operations import MoneyFacts
from payments.queries import bank_accounts, other_accounts
from payments.states import Direction

RESOLUTION_LENGTH = 200
FIRST_YEAR = 1900
LAST_YEAR = 2999
# In the order of a report: what comes and goes first.
TYPES = {
    AccountType.INCOME.value: _("Income"),
    AccountType.EXPENSE.value: _("Expenses"),
    AccountType.LIABILITY.value: _("What we owe (liabilities)"),
    AccountType.ASSET.value: _("What we have (assets)"),
    AccountType.EQUITY.value: _("Shares and reserves (equity)"),
}


def _day_input() -> forms.DateInput:
    """A day as browsers ask for it."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _check_year(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise forms.ValidationError(_("Please give a year between 1900 and 2999."))
    return day


def _by_type(book: Book) -> list[tuple[Any, list[tuple[str, str]]]]:
    """List the accounts of a book under the headings of a report."""
    places = {kind: place for place, kind in enumerate(TYPES)}
    rows = sorted(other_accounts(book), key=lambda one: (places[one.type], one.code))
    return [
        (TYPES[kind], [(one.code, str(one)) for one in group]) for kind, group in groupby(rows, lambda one: one.type)
    ]


def _choices(form: forms.Form, name: str, choices: Sequence[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class ResolutionForm(forms.Form):
    """How a matter was dealt with."""

    resolution = forms.CharField(
        label=_("What was done"),
        help_text=_("For the record. No names, addresses or card details, please."),
        max_length=RESOLUTION_LENGTH,
    )


class MoneyForm(forms.Form):
    """Money that moved: what the statement says, and what it was for."""

    key = forms.RegexField(r"^[A-Za-z0-9_-]{16,64}$", widget=forms.HiddenInput())
    moved_on = forms.DateField(
        widget=_day_input(),
        input_formats=["%Y-%m-%d"],
        error_messages={"required": _("Give the day on the statement.")},
    )
    amount = forms.CharField(
        label=_("Amount"),
        max_length=24,
        help_text=_("In pounds and pence, such as 1,250.00."),
        error_messages={"required": _("Give the amount.")},
    )
    party_name = forms.CharField(max_length=NAME_LENGTH, error_messages={"required": _("Say who paid or was paid.")})
    reference = forms.CharField(
        label=_("Reference on the statement"),
        max_length=REFERENCE_LENGTH,
        required=False,
        help_text=_("As it stands there."),
    )
    account = forms.ChoiceField(label=_("Bank account"))
    against = forms.ChoiceField(
        label=_("Account in the books"),
        error_messages={"required": _("Choose the account from the list: what was the money for?")},
    )
    party_owner = forms.CharField(
        label=_("Their reference in the books"),
        max_length=OWNER_LENGTH,
        required=False,
        help_text=_("Only for an account that is kept by owners, such as Creditors: copy it from the account's page."),
    )
    note = forms.CharField(
        label=_("What it is for"),
        max_length=NOTE_LENGTH,
        help_text=_("In a few words. It stands beside the entry in the books, so please name nobody."),
        error_messages={"required": _("Say in a few words what the money is for.")},
    )

    def __init__(self, *args: Any, book: Book, direction: str, **kwargs: Any) -> None:
        """Offer the accounts of a book, and ask in the words of a receipt or of a payment."""
        super().__init__(*args, **kwargs)
        is_receipt = direction == Direction.IN
        banks = [(one.code, str(one)) for one in bank_accounts(book)]
        labels = {
            "moved_on": _("Day it came") if is_receipt else _("Day it was paid"),
            "party_name": _("From whom") if is_receipt else _("To whom"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
        _choices(self, "account", banks)
        _choices(self, "against", [("", _("Choose an account")), *_by_type(book)])
        self.fields["against"].help_text = (
            _("What the money was: income, a debt that somebody paid, a loan.")
            if is_receipt
            else _("What the money was spent on, or the debt that it settles.")
        )

    def clean_amount(self) -> int:
        """Read it as pence."""
        pence = read_pence(self.cleaned_data["amount"])
        if pence is None:
            raise forms.ValidationError(_("Write pounds and pence, such as 12.50, without a minus."))
        return pence

    def clean_moved_on(self) -> date:
        """Keep to years that a calendar of accounts knows."""
        return _check_year(self.cleaned_data["moved_on"])

    def facts(self) -> MoneyFacts:
        """Give what was typed, as the domain takes it."""
        typed = {name: value for name, value in self.cleaned_data.items() if name not in {"key", "amount"}}
        return MoneyFacts(amount_pence=self.cleaned_data["amount"], **typed)

    def take_problems(self, problems: Sequence[Mapping[str, str]]) -> None:
        """Show what the domain found where it is wrong."""
        for one in problems:
            field = "amount" if one["field"] == "amount_pence" else one["field"]
            self.add_error(field if field in self.fields else None, one["detail"])


class RefusalForm(forms.Form):
    """Why recorded money is refused."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=NOTE_LENGTH,
        help_text=_("Whoever wrote it down reads this, and it stays in the record."),
    )


class ReversalForm(forms.Form):
    """When and why recorded money is undone."""

    moved_on = forms.DateField(label=_("Date of the reversal"), widget=_day_input(), input_formats=["%Y-%m-%d"])
    reason = forms.CharField(label=_("What was wrong"), max_length=NOTE_LENGTH)

    def clean_moved_on(self) -> date:
        """Keep to years that a calendar of accounts knows."""
        return _check_year(self.cleaned_data["moved_on"])
