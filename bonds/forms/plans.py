"""The next plan as a form: a number for each result in each period that has not ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from bonds.arithmetic.dealing import MOST_PEOPLE, Assumed, caps_persons, groups_that_pay
from bonds.arithmetic.plans import MOST_COUNT, MOST_PENCE, Expected
from bonds.arithmetic.spans import Every
from bonds.arithmetic.terms import Measure
from bonds.forms.fields import PercentField
from bonds.queries.plans import Draft

REASON_LENGTH: Final = 2_000
PENCE: Final = 100


class PlanForm(forms.Form):
    """What is expected of each result, period by period; an empty field is nothing.

    Args:
        draft: Where the next plan begins.
        expected: What the fields show at first; that of the last plan where none is given.
    """

    number = forms.IntegerField(widget=forms.HiddenInput)
    every = forms.ChoiceField(choices=[(one.value, one.value) for one in Every], widget=forms.HiddenInput)
    reason = forms.CharField(
        label=lazy("What this plan rests on"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, draft: Draft, expected: Sequence[Expected] | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.draft = draft
        self.initial.update(number=draft.number, every=draft.every.value)
        self._ask_of_people(draft)
        known = {(one.period, one.metric): one for one in (draft.expected if expected is None else expected)}
        self.places: list[tuple[int, str, bool]] = []
        for period in draft.periods.numbers[draft.locked :]:
            for metric in draft.terms.metrics:
                is_formula = metric.measure is Measure.FORMULA
                self._add(period, metric.code, metric.name, known.get((period, metric.code)), is_formula=is_formula)

    def _ask_of_people(self, draft: Draft) -> None:
        """Ask of how many people the results are, and of which groups, where the terms pay or cap by that."""
        self.groups = list(groups_that_pay(draft.terms).items())
        if caps_persons(draft.terms):
            self.fields["people"] = forms.IntegerField(
                label=_("Of how many people are these results?"), required=False, min_value=0, max_value=MOST_PEOPLE,
                initial=draft.assumed.people or None,
                help_text=_("The results fall on them in turn, so that caps for each person act. Empty: they do not."),
            )  # fmt: skip
        for code, name in self.groups:
            self.fields[f"g_{code}"] = PercentField(
                label=_("Part of “%(group)s”, in percent") % {"group": name}, required=False,
                help_text=_("Of the results and of the people; their price or uplift acts. Nobody is in two groups."),
                initial=draft.assumed.groups.get(code),
            )  # fmt: skip

    def assumptions(self) -> list[BoundField]:
        """Give the fields that ask of people, for the page."""
        names = ["people"] if "people" in self.fields else []
        return [self[name] for name in (*names, *(f"g_{code}" for code, _name in self.groups))]

    def assumed(self) -> Assumed:
        """Give what was typed of people."""
        typed = self.cleaned_data
        groups = {code: typed.get(f"g_{code}") or 0 for code, _name in self.groups}
        return Assumed(typed.get("people") or 0, {code: part for code, part in groups.items() if part})

    def _add(self, period: int, code: str, name: str, one: Expected | None, *, is_formula: bool) -> None:
        self.places.append((period, code, is_formula))
        self.fields[f"n_{period}_{code}"] = forms.IntegerField(
            label=name, required=False, min_value=0, max_value=MOST_COUNT, initial=one.count if one else None
        )
        if is_formula:
            self.fields[f"a_{period}_{code}"] = forms.DecimalField(
                label=_("%(name)s: amount in pounds") % {"name": name},
                required=False,
                min_value=0,
                max_value=MOST_PENCE // PENCE,
                decimal_places=2,
                initial=f"{one.pence // PENCE}.{one.pence % PENCE:02}" if one and one.pence else None,
            )

    def periods(self) -> list[tuple[str, list[BoundField]]]:
        """Give the fields by period, for the page."""
        found: dict[int, list[BoundField]] = {}
        for period, code, is_formula in self.places:
            fields = found.setdefault(period, [])
            fields.append(self[f"n_{period}_{code}"])
            if is_formula:
                fields.append(self[f"a_{period}_{code}"])
        return [(self.draft.periods.label_of(period), fields) for period, fields in found.items()]

    def expected(self) -> list[Expected]:
        """Give what was typed."""
        typed = self.cleaned_data
        found = []
        for period, code, is_formula in self.places:
            count = typed.get(f"n_{period}_{code}") or 0
            pence = int((typed.get(f"a_{period}_{code}") or 0) * PENCE) if is_formula else 0
            if count or pence:
                found.append(Expected(period, code, count or 1, pence))
        return found


class PlanFileForm(forms.Form):
    """A file of what is expected."""

    file = forms.FileField(
        label=lazy("File of what is expected (CSV)"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=lazy("The file above, filled in. You look it over before it is kept."),
    )
    every = forms.ChoiceField(choices=[(one.value, one.value) for one in Every], widget=forms.HiddenInput)
