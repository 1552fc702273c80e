"""What the forms of formulas share: how facts are shown, and where the number comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.arithmetic.effects import MeasuredBy
from bonds.arithmetic.scales import Edge
from bonds.forms.fields import CodeField, RateField
from bonds.forms.rows import EMPTY, RowForm
from bonds.forms.written import read_weights, shift_point

EDGES: Final = [
    (Edge.AT_LEAST.value, gettext_lazy("at least: the value itself is enough")),
    (Edge.ABOVE.value, gettext_lazy("above: the value itself is not enough")),
]


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
