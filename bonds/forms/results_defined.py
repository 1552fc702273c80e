"""What is paid for: groups of people, results, and what has to be shown for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.arithmetic.terms import Measure
from bonds.forms.fields import CodeField
from bonds.forms.rows import EMPTY, RowForm, entry
from bonds.forms.written import read_rule, write_rule

MEASURES = [
    (Measure.EVENT.value, gettext_lazy("Something that a person achieved")),
    (Measure.DAYS.value, gettext_lazy("Days, at a rate for each day")),
    (Measure.ACTIVITY.value, gettext_lazy("A service given, at a fixed amount, whatever comes of it")),
    (Measure.FORMULA.value, gettext_lazy("A group is measured, and a formula says what that is worth")),
]


class GroupForm(RowForm):
    """A group of people for whom something else holds, such as a higher price."""

    plain: ClassVar[tuple[str, ...]] = ("code", "name")

    code = CodeField()
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("For example: People leaving care.")
    )


class MetricForm(RowForm):
    """A result that is paid for, defined so that a person can test it."""

    plain: ClassVar[tuple[str, ...]] = ("code", "name", "test", "measure", "unit", "variant_of", "formula")
    known: ClassVar[tuple[str, ...]] = ("most", "ladder", "eligibility")
    choices_of: ClassVar[Mapping[str, str]] = {"subgroups": "groups", "formula": "formulas", "ladder_after": "metrics"}

    name = forms.CharField(
        label=gettext_lazy("Name of the result"),
        max_length=120,
        help_text=gettext_lazy("For example: Has kept a home for three months."),
    )
    code = CodeField()
    test = forms.CharField(
        label=gettext_lazy("How anybody can tell whether it was achieved"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Two people who read this and look at the same case should come to the same answer."),
    )
    measure = forms.ChoiceField(label=gettext_lazy("How it is counted"), choices=MEASURES, widget=forms.RadioSelect())
    unit = forms.CharField(
        label=gettext_lazy("What one of it is"),
        max_length=40,
        initial="person",
        help_text=gettext_lazy("person, day, family, cohort …"),
    )
    most = forms.IntegerField(
        label=gettext_lazy("How often it can be paid for one person"),
        min_value=1,
        max_value=10_000,
        required=False,
        initial=1,
        help_text=gettext_lazy("1: once only, whoever claims it. Empty: without limit."),
    )
    variant_of = CodeField(
        label=gettext_lazy("Either this or another"),
        required=False,
        help_text=gettext_lazy(
            "Results with the same word here exclude each other for a person, such as part-time and full-time work."
        ),
    )
    ladder_name = CodeField(
        label=gettext_lazy("Has to last: name of the clock"),
        required=False,
        help_text=gettext_lazy(
            "For results that have to last, such as three and six months in a home. Those with the same clock are "
            "counted from the same start, and start again together."
        ),
    )
    ladder_months = forms.IntegerField(
        label=gettext_lazy("Months after the start"), min_value=0, max_value=240, required=False
    )
    ladder_weeks = forms.IntegerField(
        label=gettext_lazy("Or weeks after the start"), min_value=0, max_value=1_040, required=False
    )
    ladder_after = forms.ChoiceField(
        label=gettext_lazy("Only after this result"),
        required=False,
        help_text=gettext_lazy("The step before on the same clock, if there is one."),
    )
    age_from = forms.IntegerField(
        label=gettext_lazy("Counts for people from this age"),
        min_value=0,
        max_value=130,
        required=False,
        help_text=gettext_lazy("In whole years on the day they started."),
    )
    age_through = forms.IntegerField(
        label=gettext_lazy("Up to and including this age"), min_value=0, max_value=130, required=False
    )
    subgroups = forms.MultipleChoiceField(
        label=gettext_lazy("Counts only for people in one of these groups"),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=gettext_lazy("None ticked: for everybody."),
    )
    formula = forms.ChoiceField(
        label=gettext_lazy("Formula"),
        required=False,
        help_text=gettext_lazy("For results of a group. You write formulas in a later step, and come back here."),
    )

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show ladder and eligibility in fields of their own."""
        ladder = entry(row, "ladder")
        whose = entry(row, "eligibility")
        until = whose.get("age_until")
        shown = {f"ladder_{name}": ladder.get(name) for name in ("name", "months", "weeks", "after")}
        return shown | {
            "most": row.get("most", 1),
            "age_from": whose.get("age_from"),
            "age_through": until - 1 if isinstance(until, int) else until,
            "subgroups": list(whose.get("subgroups", [])),
        }

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write ladder and eligibility, and the number of times even where there is no limit."""
        through = cleaned["age_through"]
        whose = {
            "age_from": cleaned["age_from"],
            "age_until": None if through is None else through + 1,
            "subgroups": cleaned["subgroups"],
        }
        row: dict[str, Any] = {"most": cleaned["most"]}
        if any(value not in EMPTY for value in whose.values()):
            row["eligibility"] = {name: value for name, value in whose.items() if value not in EMPTY}
        if cleaned["ladder_name"]:
            steps = {name: cleaned[f"ladder_{name}"] for name in ("name", "months", "weeks", "after")}
            row["ladder"] = {name: value for name, value in steps.items() if value}
        return row

    def clean(self) -> dict[str, Any]:
        """Let a clock have a length and a length a clock; a formula belongs to a group and a group to a formula."""
        cleaned = super().clean() or {}
        has_length = bool(cleaned.get("ladder_months")) != bool(cleaned.get("ladder_weeks"))
        if cleaned.get("ladder_name") and not has_length:
            self.add_error("ladder_months", _("Give the months or the weeks after the start, not both."))
        if not cleaned.get("ladder_name") and any(cleaned.get(f"ladder_{one}") for one in ("months", "weeks", "after")):
            self.add_error("ladder_name", _("Name the clock, so that results on the same clock are counted together."))
        if cleaned.get("formula") and cleaned.get("measure") != Measure.FORMULA.value:
            self.add_error("measure", _("Only a result of a group has a formula."))
        first, last = cleaned.get("age_from"), cleaned.get("age_through")
        if first is not None and last is not None and last < first:
            self.add_error("age_through", _("This age lies below the first one."))
        return cleaned


class EvidenceForm(RowForm):
    """What has to be shown for a result, to one payer or to all."""

    plain: ClassVar[tuple[str, ...]] = ("metric",)
    known: ClassVar[tuple[str, ...]] = ("payer", "rule")
    choices_of: ClassVar[Mapping[str, str]] = {"metric": "metrics", "payer": "payers"}

    metric = forms.ChoiceField(label=gettext_lazy("For this result"))
    payer = forms.ChoiceField(
        label=gettext_lazy("To this payer"),
        required=False,
        help_text=gettext_lazy(
            "A rule for one payer goes before the rule for all of them. One upload serves them all."
        ),
    )
    rule = forms.CharField(
        label=gettext_lazy("What has to be shown"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Each line is one way to show it. Join what is needed together by +, as in landlord_letter + visit_note. "
            "“sighting at most 2 in 3 months” means that there may be up to two. An empty line starts what is asked at "
            "a person's next claim; then it begins again."
        ),
    )

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show the rule as lines; one that was written through the API and is nested deeper is not shown as lines."""
        written = write_rule(row.get("rule")) if row.get("rule") else ""
        self.is_beyond_lines = written is None
        return {"payer": row.get("payer", ""), "rule": written or ""}

    def clean_rule(self) -> dict[str, Any]:
        """Read the lines."""
        return read_rule(self.cleaned_data["rule"])

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write the rule."""
        return {"payer": cleaned["payer"], "rule": cleaned["rule"]}
