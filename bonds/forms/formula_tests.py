"""Parts that some formulas have: a first test before anything is paid, and a least amount for a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.arithmetic.effects import MeasuredBy
from bonds.arithmetic.scales import Edge
from bonds.forms.fields import CodeField, DayField, PoundsField, day_after, last_day
from bonds.forms.formula_parts import EDGES, FormulaForm, ShareField
from bonds.forms.rows import EMPTY, entry

_HURDLE: Final = ("hurdle_name", "hurdle_at", "hurdle_least")
_FLOOR: Final = ("floor_last_on", "floor_amount", "floor_rate")


class HurdleMixin(forms.Form):
    """A first test with another count: nothing is paid unless it is passed.

    A hurdle that works with estimates has no fields; it stays in the terms as it is.
    """

    hurdle_name = CodeField(
        label=gettext_lazy("First test: what the measurement calls its count"),
        required=False,
        help_text=gettext_lazy(
            "Empty if there is none. For example people_reconvicted: the number of people with any event at all, in "
            "the same groups. Unless it has fallen enough, nothing is paid."
        ),
    )
    hurdle_at = ShareField(
        label=gettext_lazy("First test: by how much it has to have fallen, in percent"),
        required=False,
    )
    hurdle_edge = forms.ChoiceField(
        label=gettext_lazy("First test: the fall has to be"), choices=EDGES, initial=Edge.AT_LEAST.value, required=False
    )
    hurdle_least = forms.IntegerField(
        label=gettext_lazy("First test: each group has at least so many people"),
        required=False,
        min_value=1,
        max_value=1_000_000,
    )

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show the test."""
        shown: dict[str, Any] = super().unpack(row)  # type: ignore[misc]
        hurdle = _hurdle_of(row)
        if not _is_by_cohorts(hurdle):
            return shown
        measured = entry(hurdle, "measured")
        return shown | {
            "hurdle_name": measured.get("name"),
            "hurdle_at": ShareField.shown(hurdle.get("at")),
            "hurdle_edge": hurdle.get("edge", Edge.AT_LEAST.value),
            "hurdle_least": measured.get("least"),
        }

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write the test; one that the form cannot show stays, unless another is given."""
        made: dict[str, Any] = super().pack(cleaned)  # type: ignore[misc]
        facts = dict(made["facts"])
        if _is_by_cohorts(_hurdle_of({"facts": facts})):
            del facts["hurdle"]
        if cleaned["hurdle_name"]:
            measured: dict[str, Any] = {"by": MeasuredBy.COHORTS.value, "name": cleaned["hurdle_name"]}
            if cleaned["hurdle_least"]:
                measured["least"] = cleaned["hurdle_least"]
            edge = cleaned["hurdle_edge"] or Edge.AT_LEAST.value
            facts["hurdle"] = {"measured": measured, "at": cleaned["hurdle_at"], "edge": edge}
        return made | {"facts": facts}

    def clean(self) -> dict[str, Any]:
        """Ask for all of a test, or nothing of it."""
        cleaned = super().clean() or {}
        if any(cleaned.get(name) not in EMPTY for name in _HURDLE):
            if not cleaned.get("hurdle_name") and "hurdle_name" not in self.errors:
                self.add_error("hurdle_name", _("Say what the measurement calls the count of the first test."))
            if cleaned.get("hurdle_at") is None and "hurdle_at" not in self.errors:
                self.add_error("hurdle_at", _("Say by how much it has to have fallen; 0 means not at all."))
        return cleaned


class FloorMixin(forms.Form):
    """What a table pays at least, until a day."""

    floor_last_on = DayField(
        label=gettext_lazy("Least amount: last day on which it holds"),
        required=False,
        help_text=gettext_lazy("Empty if there is none. What is measured by that day pays no less than this."),
    )
    floor_amount = PoundsField(label=gettext_lazy("Least amount"), required=False)
    floor_rate = ShareField(
        label=gettext_lazy("Or: least amount, in percent of what percentages are of"), required=False
    )

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show the least amount."""
        shown: dict[str, Any] = super().unpack(row)  # type: ignore[misc]
        floor = entry(FormulaForm.facts_of(row), "floor")
        if not floor:
            return shown
        return shown | {
            "floor_last_on": last_day(floor.get("until_on")),
            "floor_amount": floor.get("amount"),
            "floor_rate": ShareField.shown(floor.get("rate")),
        }

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write the least amount."""
        made: dict[str, Any] = super().pack(cleaned)  # type: ignore[misc]
        facts = {name: value for name, value in made["facts"].items() if name != "floor"}
        if cleaned["floor_last_on"]:
            worth = {"amount": cleaned["floor_amount"], "rate": cleaned["floor_rate"]}
            floor = {name: value for name, value in worth.items() if value is not None}
            facts["floor"] = {"until_on": day_after(cleaned["floor_last_on"])} | floor
        return made | {"facts": facts}

    def clean(self) -> dict[str, Any]:
        """Ask for a day and one amount, or for nothing."""
        cleaned = super().clean() or {}
        amount, rate = cleaned.get("floor_amount"), cleaned.get("floor_rate")
        if any(cleaned.get(name) not in EMPTY for name in _FLOOR):
            if not cleaned.get("floor_last_on") and "floor_last_on" not in self.errors:
                self.add_error("floor_last_on", _("Say until when the least amount holds."))
            if (amount is None) == (rate is None) and not {"floor_amount", "floor_rate"} & set(self.errors):
                self.add_error("floor_amount", _("Give the least amount in pounds or in percent, and not both."))
        return cleaned


def _hurdle_of(row: Mapping[str, Any]) -> dict[str, Any]:
    return entry(FormulaForm.facts_of(row), "hurdle")


def _is_by_cohorts(hurdle: Mapping[str, Any]) -> bool:
    measured = entry(hurdle, "measured")
    is_known = set(hurdle) <= {"measured", "at", "edge"} and set(measured) <= {"by", "name", "least"}
    return is_known and measured.get("by") == MeasuredBy.COHORTS.value
