"""What the forms of the builder share: each reads one row of the terms, and gives it back as the terms have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from bonds.forms.fields import DayField, PercentField, PoundsField, day_after, last_day
from core.money import format_pounds
from foundation.templatetags.ui import day

Choice = tuple[str, str]
EMPTY: tuple[object, ...] = (None, "", [], {}, ())


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a row can point to, as code and name.

    Attributes:
        currency: ISO 4217, of the contract.
        metrics: Results that are paid for.
        payers: Parties that pay.
        providers: Parties that provide.
        groups: Groups of people.
        formulas: Formulas for groups.
        parties: All parties.
        investors: Parties that invest.
        tranches: Tranches of investors' money.
        lending: Those of them that are no grants.
        typical_order: In which these tranches are usually paid, a stage each.
    """

    currency: str = "GBP"
    metrics: tuple[Choice, ...] = ()
    payers: tuple[Choice, ...] = ()
    providers: tuple[Choice, ...] = ()
    groups: tuple[Choice, ...] = ()
    formulas: tuple[Choice, ...] = ()
    parties: tuple[Choice, ...] = ()
    investors: tuple[Choice, ...] = ()
    tranches: tuple[Choice, ...] = ()
    lending: tuple[Choice, ...] = ()
    typical_order: tuple[str, ...] = ()

    @property
    def sign(self) -> str:
        """What stands before the field of an amount."""
        return "£" if self.currency == "GBP" else self.currency


class RowForm(forms.Form):
    """One row of the terms. What the form does not know of stays in the row as it is.

    Attributes:
        plain: Fields that have the name and the value of their entry in the row.
        known: Further entries of the row that the form reads and writes itself.
        choices_of: Which of the vocabulary's lists the choices of a field are.
    """

    plain: ClassVar[tuple[str, ...]] = ()
    known: ClassVar[tuple[str, ...]] = ()
    choices_of: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, vocabulary: Vocabulary, row: Mapping[str, Any] | None = None, **more: Any) -> None:
        self.vocabulary = vocabulary
        self.row = dict(row or {})
        if row is not None:
            more["initial"] = {name: row[name] for name in self.plain if name in row} | self.unpack(row)
        super().__init__(*args, **more)
        for name, which in self.choices_of.items():
            self._offer(name, getattr(vocabulary, which))

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Give what further fields show of a row."""
        return {}

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Give what further fields put into a row."""
        return {}

    def made_row(self) -> dict[str, Any]:
        """Give the row of a valid form: what is empty is left out, what the form does not know stays."""
        kept = {name: value for name, value in self.row.items() if name not in {*self.plain, *self.known}}
        plain = {name: self.cleaned_data[name] for name in self.plain if self.cleaned_data[name] not in EMPTY}
        return kept | plain | self.pack(self.cleaned_data)

    def facts(self) -> list[tuple[str, str]]:
        """Give label and value of each field that says something, for reading."""
        shown = [(str(bound.label), self._show(bound)) for bound in self if not bound.is_hidden]
        return [(label, value) for label, value in shown if value]

    def _show(self, bound: forms.BoundField) -> str:
        value, field = bound.value(), bound.field
        if value in EMPTY or isinstance(value, bool):
            return _("yes") if value is True else ""
        if isinstance(field, PoundsField) and isinstance(bound.initial, int):
            return format_pounds(bound.initial, self.vocabulary.currency)
        if isinstance(field, DayField):
            return _show_day(str(value))
        if isinstance(field, forms.ChoiceField):
            names = {str(code): str(name) for code, name in _flat(field.choices)}
            return ", ".join(names.get(str(one), str(one)) for one in (value if isinstance(value, list) else [value]))
        return f"{value} %" if isinstance(field, PercentField) else str(value)

    def _offer(self, name: str, choices: Iterable[Choice]) -> None:
        """Offer the choices there are, and what the row has even if it is none of them any more."""
        field = self.fields[name]
        offered = [(code, f"{label} ({code})" if label and label != code else code) for code, label in choices]
        present = self.initial.get(name, [])
        known = {code for code, _label in offered}
        held = [str(one) for one in (present if isinstance(present, list) else [present]) if one]
        offered += [(one, _("%(code)s (is not there any more)") % {"code": one}) for one in held if one not in known]
        if not isinstance(field, forms.MultipleChoiceField):
            offered = [("", _("Please choose") if field.required else _("All of them")), *offered]
        field.choices = offered  # type: ignore[attr-defined]


class PeriodMixin(forms.Form):
    """From a day until and including another; the terms keep the day after the last."""

    from_on = DayField(label="", required=False)
    last_on = DayField(label="", required=False)

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show the period."""
        period = row.get("period")
        if not isinstance(period, dict):
            return super().unpack(row)  # type: ignore[misc, no-any-return]
        own = {"from_on": period.get("from_on"), "last_on": last_day(period.get("until_on"))}
        return super().unpack(row) | own  # type: ignore[misc, no-any-return]

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write the period."""
        ends = {"from_on": cleaned["from_on"], "until_on": day_after(cleaned["last_on"])}
        period = {name: on for name, on in ends.items() if on}
        return super().pack(cleaned) | ({"period": period} if period else {})  # type: ignore[misc, no-any-return]

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("from_on"), cleaned.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last day lies before the first."))
        return cleaned


def entry(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Give an object inside a row; an empty one where there is none, or something else."""
    found = row.get(name)
    return found if isinstance(found, dict) else {}


def _show_day(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def _flat(choices: Any) -> Iterable[tuple[Any, Any]]:
    return [(code, name) for code, name in choices if not isinstance(name, list | tuple)]
