"""Formulas for groups, one form for each kind. Rates are typed as percentages and kept as exact decimals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.arithmetic.effects import MeasuredBy
from bonds.arithmetic.scales import Edge
from bonds.forms.fields import CodeField, PoundsField, RateField
from bonds.forms.rows import EMPTY, RowForm
from bonds.forms.written import read_steps, read_targets, read_weights, shift_point, write_steps, write_targets

EDGES: Final = [
    (Edge.AT_LEAST.value, gettext_lazy("at least: the value itself is enough")),
    (Edge.ABOVE.value, gettext_lazy("above: the value itself is not enough")),
]
INDICATOR: Final = ("target",)
WEIGHED: Final = ("target", "weight", "most")
_LINES: Final = {"rows": 6, "spellcheck": "false"}


class ShareField(RateField):
    """A share, typed as a percentage and kept as a decimal text: 7.5 is "0.075"."""

    def clean(self, value: Any) -> Any:
        """Give the share as a text, or None."""
        text = super().clean(str(value or "").removesuffix("%").strip())
        return shift_point(text, -2) if text else None

    @staticmethod
    def shown(share: Any) -> Any:
        """Show a share of the terms as a percentage."""
        try:
            return shift_point(str(share), 2) if share is not None else None
        except ValueError:
            return share


class FormulaForm(RowForm):
    """A formula: its name, and the facts of its kind."""

    kind: ClassVar[str] = ""
    title: ClassVar[Any] = ""
    about: ClassVar[Any] = ""
    # Facts by how they are shown; what a form does not know stays as it is.
    facts_plain: ClassVar[tuple[str, ...]] = ()
    facts_share: ClassVar[tuple[str, ...]] = ()
    facts_lines: ClassVar[Mapping[str, Callable[[Any], str | None]]] = {}
    plain: ClassVar[tuple[str, ...]] = ("code",)
    known: ClassVar[tuple[str, ...]] = ("kind", "facts")

    code = CodeField()

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show the facts."""
        facts = self.facts_of(row)
        shown = {name: facts[name] for name in self.facts_plain if name in facts}
        shown |= {name: ShareField.shown(facts[name]) for name in self.facts_share if name in facts}
        return shown | {name: write(facts[name]) for name, write in self.facts_lines.items() if name in facts}

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write the facts, and keep those that the form has no field for."""
        names = (*self.facts_plain, *self.facts_share, *self.facts_lines)
        kept = {name: value for name, value in self.facts_of(self.row).items() if name not in names}
        typed = {name: cleaned[name] for name in names if cleaned[name] not in EMPTY}
        return {"kind": self.kind, "facts": kept | typed}

    @staticmethod
    def facts_of(row: Mapping[str, Any]) -> dict[str, Any]:
        """Give the facts of a row; none where they have another shape."""
        facts = row.get("facts")
        return facts if isinstance(facts, dict) else {}


class MeasuredForm(FormulaForm):
    """A formula that works with one number out of what was measured."""

    measured_by = forms.ChoiceField(
        label=gettext_lazy("Where the number comes from"),
        choices=[
            (MeasuredBy.FIGURE.value, gettext_lazy("A single figure, as it was measured")),
            (MeasuredBy.COHORTS.value, gettext_lazy("Groups that were served, each beside a comparison group")),
            (MeasuredBy.POOL.value, gettext_lazy("Estimates, weighed by the number of people behind each")),
            (MeasuredBy.BLEND.value, gettext_lazy("Estimates, with weights that the contract sets")),
        ],
        widget=forms.RadioSelect(),
    )
    measured_name = CodeField(
        label=gettext_lazy("What the measurement calls it"),
        required=False,
        help_text=gettext_lazy("For a figure or for groups: days, reconvictions, mean_change …"),
    )
    measured_parts = forms.CharField(
        label=gettext_lazy("Estimates"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy("One in a line. With set weights: “rct: 0.8” and “did: 0.2”, which make 1 together."),
    )
    measured_least = forms.IntegerField(
        label=gettext_lazy("Each group has at least so many people, or nothing is paid"),
        required=False,
        min_value=1,
        max_value=1_000_000,
    )
    measured_by_interval = forms.BooleanField(
        label=gettext_lazy("Pay by the end of the confidence interval that is nearer to no effect"),
        required=False,
        help_text=gettext_lazy("Otherwise the point estimate counts, however wide its interval is."),
    )

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show where the number comes from."""
        measured = self.facts_of(row).get("measured")
        measured = measured if isinstance(measured, dict) else {}
        weights, names = measured.get("weights") or {}, measured.get("names") or []
        parts = [f"{name}: {weight}" for name, weight in weights.items()] if isinstance(weights, dict) else []
        return super().unpack(row) | {
            "measured_by": measured.get("by"),
            "measured_name": measured.get("name"),
            "measured_parts": "\n".join(parts or [str(name) for name in names]),
            "measured_least": measured.get("least"),
            "measured_by_interval": measured.get("uses_point_estimate") is False,
        }

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write where the number comes from."""
        made = super().pack(cleaned)
        by = cleaned["measured_by"]
        measured: dict[str, Any] = {"by": by}
        if cleaned["measured_name"]:
            measured["name"] = cleaned["measured_name"]
        if by == MeasuredBy.POOL.value:
            measured["names"] = cleaned["measured_parts"].split()
        if by == MeasuredBy.BLEND.value:
            measured["weights"] = read_weights(cleaned["measured_parts"])
        if cleaned["measured_least"]:
            measured["least"] = cleaned["measured_least"]
        if cleaned["measured_by_interval"]:
            measured["uses_point_estimate"] = False
        return made | {"facts": made["facts"] | {"measured": measured}}

    def clean(self) -> dict[str, Any]:
        """Ask for a name or for estimates, as the number needs."""
        cleaned = super().clean() or {}
        by, parts = cleaned.get("measured_by"), cleaned.get("measured_parts", "")
        is_estimated = by in {MeasuredBy.POOL.value, MeasuredBy.BLEND.value}
        if by and not is_estimated and not cleaned.get("measured_name") and "measured_name" not in self.errors:
            self.add_error("measured_name", _("Say what the measurement calls it."))
        if is_estimated and not parts.strip():
            self.add_error("measured_parts", _("Name the estimates."))
        elif by == MeasuredBy.BLEND.value:
            try:
                read_weights(parts)
            except forms.ValidationError as unreadable:
                self.add_error("measured_parts", unreadable)
        return cleaned


class FrequencyForm(MeasuredForm):
    """A price for each event that did not happen."""

    kind, title = "frequency", gettext_lazy("Frequency against a comparison group")
    about = gettext_lazy("A price for each event, such as a reconviction, that the comparison leads one to expect.")
    facts_plain: ClassVar[tuple[str, ...]] = ("price", "edge")
    facts_share: ClassVar[tuple[str, ...]] = ("threshold", "downside_share")

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


class StepTableForm(MeasuredForm):
    """A table of steps."""

    kind, title = "step_table", gettext_lazy("A table of steps")
    about = gettext_lazy("The last step that is reached says the amount.")
    facts_plain: ClassVar[tuple[str, ...]] = ("base", "is_interpolated", "has_downside")
    facts_lines: ClassVar[Mapping[str, Callable[[Any], str | None]]] = {"steps": write_steps}

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
