"""Formulas for groups, one form for each kind. Rates are typed as percentages and kept as exact decimals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy

from bonds.arithmetic.scales import Edge
from bonds.forms.fields import PoundsField, RateField
from bonds.forms.formula_parts import EDGES, FormulaForm, MeasuredForm, ShareField
from bonds.forms.formula_tests import FloorMixin, HurdleMixin
from bonds.forms.written import read_steps, read_targets, write_steps, write_targets

INDICATOR: Final = ("target",)
WEIGHED: Final = ("target", "weight", "most")
_LINES: Final = {"rows": 6, "spellcheck": "false"}


class FrequencyForm(HurdleMixin, MeasuredForm):
    """A price for each event that did not happen."""

    kind, title = "frequency", gettext_lazy("Frequency against a comparison group")
    about = gettext_lazy("A price for each event, such as a reconviction, that the comparison leads one to expect.")
    facts_plain: ClassVar[tuple[str, ...]] = ("price", "edge")
    facts_share: ClassVar[tuple[str, ...]] = ("threshold", "downside_share")
    field_order = (*MeasuredForm.base_fields, "price", "threshold", "edge", "downside_share")

    price = PoundsField(label=gettext_lazy("Price of each event avoided"))
    threshold = ShareField(
        label=gettext_lazy("Pays only from this reduction, in percent"),
        required=False,
        help_text=gettext_lazy("7.5 means 7.5 % fewer than in the comparison group."),
    )
    edge = forms.ChoiceField(label=gettext_lazy("The reduction has to be"), choices=EDGES, initial=Edge.AT_LEAST.value)
    downside_share = ShareField(
        label=gettext_lazy("Share of the price that investors owe for each event more, in percent"), required=False
    )


class PerUnitForm(MeasuredForm):
    """A price for each unit."""

    kind, title = "per_unit", gettext_lazy("A price for each unit (per diem)")
    about = gettext_lazy("Days in a home, children ready for school: what is above a baseline counts.")
    facts_plain: ClassVar[tuple[str, ...]] = ("price", "above", "most")
    facts_share: ClassVar[tuple[str, ...]] = ("downside_share",)

    price = PoundsField(label=gettext_lazy("Price of each unit"))
    above = RateField(label=gettext_lazy("Only what is above this number counts"), required=False)
    most = RateField(label=gettext_lazy("At most so many units are paid for"), required=False)
    downside_share = ShareField(
        label=gettext_lazy("Share of the price that investors owe for each unit below, in percent"), required=False
    )


class SavingShareForm(MeasuredForm):
    """A share of a saving."""

    kind, title = "saving_share", gettext_lazy("A share of a verified saving")
    about = gettext_lazy("For example 95 % of what special education would have cost.")
    facts_plain: ClassVar[tuple[str, ...]] = ("unit_saving",)
    facts_share: ClassVar[tuple[str, ...]] = ("share", "downside_share")

    share = ShareField(label=gettext_lazy("Share of the saving, in percent"))
    unit_saving = PoundsField(
        label=gettext_lazy("What one unit saves"),
        required=False,
        help_text=gettext_lazy("Empty where the saving itself is measured, in pence."),
    )
    downside_share = ShareField(label=gettext_lazy("Share of a loss that investors owe, in percent"), required=False)


class StepTableForm(FloorMixin, MeasuredForm):
    """A table of steps."""

    kind, title = "step_table", gettext_lazy("A table of steps")
    about = gettext_lazy("The last step that is reached says the amount.")
    facts_plain: ClassVar[tuple[str, ...]] = ("base", "is_interpolated", "has_downside")
    facts_lines: ClassVar[Mapping[str, Callable[[Any], str | None]]] = {"steps": write_steps}
    field_order = (*MeasuredForm.base_fields, "steps", "base", "is_interpolated", "has_downside")

    steps = forms.CharField(
        label=gettext_lazy("Steps, from the lowest to the highest"),
        widget=forms.Textarea(attrs=_LINES),
        help_text=gettext_lazy(
            "One in a line: “otherwise: 0”, “from 0.5: 10,000” or “above 2: 7.5 %”. “From” includes the value itself, "
            "“above” does not."
        ),
    )
    base = PoundsField(
        label=gettext_lazy("What percentages are of"),
        required=False,
        help_text=gettext_lazy("The capital, for example. Empty if the table has amounts only."),
    )
    is_interpolated = forms.BooleanField(
        label=gettext_lazy("Between two steps, pay by the straight line between them"), required=False
    )
    has_downside = forms.BooleanField(
        label=gettext_lazy("A step may be below zero: then the investors' side owes it"), required=False
    )

    def clean_steps(self) -> list[dict[str, Any]]:
        """Read the lines."""
        return read_steps(self.cleaned_data["steps"])


class SlidingScaleForm(MeasuredForm):
    """A straight line from nothing to all."""

    kind, title = "sliding_scale", gettext_lazy("A sliding scale")
    about = gettext_lazy("Nothing below one value, the whole amount from another, a straight line between.")
    facts_plain: ClassVar[tuple[str, ...]] = ("floor", "full", "amount", "edge")
    facts_share: ClassVar[tuple[str, ...]] = ("floor_share",)

    floor = RateField(label=gettext_lazy("The line begins at"))
    full = RateField(label=gettext_lazy("The whole is paid from"))
    amount = PoundsField(label=gettext_lazy("The whole amount"))
    floor_share = ShareField(label=gettext_lazy("Share that is paid where the line begins, in percent"), required=False)
    edge = forms.ChoiceField(
        label=gettext_lazy("To be on the line, a value has to be"), choices=EDGES, initial=Edge.AT_LEAST.value
    )


class AllOrNothingForm(FormulaForm):
    """All targets, or nothing."""

    kind, title = "all_or_nothing", gettext_lazy("All or nothing")
    about = gettext_lazy("The whole amount if every target is reached, else nothing.")
    facts_plain: ClassVar[tuple[str, ...]] = ("amount", "edge")
    facts_share: ClassVar[tuple[str, ...]] = ("of_target",)
    facts_lines: ClassVar[Mapping[str, Callable[[Any], str | None]]] = {
        "indicators": lambda rows: write_targets(rows, INDICATOR)
    }

    indicators = forms.CharField(
        label=gettext_lazy("Targets"),
        widget=forms.Textarea(attrs=_LINES),
        help_text=gettext_lazy("One in a line, with the number to be reached: “enrolled: 120”."),
    )
    amount = PoundsField(label=gettext_lazy("Amount if all are reached"))
    of_target = ShareField(
        label=gettext_lazy("Share of each target that is enough, in percent"),
        required=False,
        help_text=gettext_lazy("Empty: the whole target. 90: nine tenths of it."),
    )
    edge = forms.ChoiceField(label=gettext_lazy("The figure has to be"), choices=EDGES, initial=Edge.AT_LEAST.value)

    def clean_indicators(self) -> list[dict[str, Any]]:
        """Read the lines."""
        return read_targets(self.cleaned_data["indicators"], INDICATOR)


class WeighedTargetsForm(FormulaForm):
    """Each target's part of the amount."""

    kind, title = "weighed_targets", gettext_lazy("Targets, each with its part of the amount")
    about = gettext_lazy("Each target pays its part by how much of it was reached.")
    facts_plain: ClassVar[tuple[str, ...]] = ("amount",)
    facts_lines: ClassVar[Mapping[str, Callable[[Any], str | None]]] = {
        "targets": lambda rows: write_targets(rows, WEIGHED)
    }

    targets = forms.CharField(
        label=gettext_lazy("Targets"),
        widget=forms.Textarea(attrs=_LINES),
        help_text=gettext_lazy(
            "One in a line: the number to be reached, its part of the whole, and perhaps how much of the target counts "
            "at most (1: no more than it). “learning: 1200, 0.8, 1”. The parts make 1 together."
        ),
    )
    amount = PoundsField(label=gettext_lazy("Amount if all are reached"))

    def clean_targets(self) -> list[dict[str, Any]]:
        """Read the lines."""
        return read_targets(self.cleaned_data["targets"], WEIGHED)


class BlockFeeForm(FormulaForm):
    """A fee for a year, set right by volume."""

    kind, title = "block_fee", gettext_lazy("A yearly fee, set right by how many were served")
    about = gettext_lazy("Paid in twelfths; outside a band, each one more or fewer changes it. The figure is “volume”.")
    facts_plain: ClassVar[tuple[str, ...]] = ("fee", "volume", "price", "most_change")
    facts_share: ClassVar[tuple[str, ...]] = ("band",)

    fee = PoundsField(label=gettext_lazy("Fee for the year"))
    volume = RateField(label=gettext_lazy("How many it is for"))
    price = PoundsField(label=gettext_lazy("For each one more or fewer"))
    band = ShareField(
        label=gettext_lazy("Nothing changes within, in percent"),
        required=False,
        help_text=gettext_lazy("5: up to 5 % more or fewer."),
    )
    most_change = PoundsField(label=gettext_lazy("The fee changes by no more than"), required=False)
    keeps_overpayment = forms.BooleanField(
        label=gettext_lazy("What was paid too much is not taken back"), required=False
    )

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show whether too much is taken back."""
        return super().unpack(row) | {"keeps_overpayment": self.facts_of(row).get("is_clawed_back") is False}

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write whether too much is taken back."""
        made = super().pack(cleaned)
        return made | {"facts": made["facts"] | {"is_clawed_back": not cleaned["keeps_overpayment"]}}


FORMULA_FORMS: Final[Mapping[str, type[FormulaForm]]] = {
    form.kind: form
    for form in (
        FrequencyForm,
        StepTableForm,
        SlidingScaleForm,
        PerUnitForm,
        AllOrNothingForm,
        WeighedTargetsForm,
        BlockFeeForm,
        SavingShareForm,
    )
}
