"""What a result is worth, what comes on top, and what is cut off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.arithmetic.terms import CapScope, Every, PeriodBasis
from bonds.forms.fields import CodeField, DayField, PercentField, PoundsField
from bonds.forms.rows import PeriodMixin, RowForm

MOST = 100_000_000


class TariffForm(PeriodMixin, RowForm):
    """A price of one unit."""

    plain: ClassVar[tuple[str, ...]] = ("metric", "price", "subgroup")
    known: ClassVar[tuple[str, ...]] = ("from_count", "until_count", "period")
    choices_of: ClassVar[Mapping[str, str]] = {"metric": "metrics", "subgroup": "groups"}
    field_order = (
        "metric", "price", "subgroup", "from_count", "through_count", "from_on", "last_on"
    )  # fmt: skip

    metric = forms.ChoiceField(label=gettext_lazy("For this result"))
    price = PoundsField(label=gettext_lazy("Price of one"))
    subgroup = forms.ChoiceField(
        label=gettext_lazy("Only for this group of people"),
        required=False,
        help_text=gettext_lazy("A price for a group goes before the price for everybody."),
    )
    from_count = forms.IntegerField(
        label=gettext_lazy("From the result with the number"),
        min_value=1,
        max_value=MOST,
        initial=1,
        help_text=gettext_lazy("Results are numbered from 1 through the whole contract, in the order achieved."),
    )
    through_count = forms.IntegerField(
        label=gettext_lazy("To the result with the number"),
        min_value=1,
        max_value=MOST,
        required=False,
        help_text=gettext_lazy("Included. Empty: all that follow."),
    )
    from_on = DayField(
        label=gettext_lazy("For results achieved from"),
        required=False,
        help_text=gettext_lazy("Empty: from the beginning."),
    )
    last_on = DayField(
        label=gettext_lazy("To, and including"), required=False, help_text=gettext_lazy("Empty: to the end.")
    )

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show the last number that belongs to the band."""
        until = row.get("until_count")
        own = {"from_count": row.get("from_count", 1), "through_count": until - 1 if isinstance(until, int) else until}
        return super().unpack(row) | own

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write the first number that does not belong to the band."""
        row = super().pack(cleaned) | {"from_count": cleaned["from_count"]}
        return row | ({"until_count": cleaned["through_count"] + 1} if cleaned["through_count"] else {})

    def clean(self) -> dict[str, Any]:
        """Refuse a band that ends before it begins."""
        cleaned = super().clean()
        first, last = cleaned.get("from_count"), cleaned.get("through_count")
        if first and last and last < first:
            self.add_error("through_count", _("The last number lies before the first."))
        return cleaned


class UpliftForm(PeriodMixin, RowForm):
    """Something on top of the price."""

    plain: ClassVar[tuple[str, ...]] = ("code", "label", "amount", "percent", "metrics", "subgroup", "above_count")
    known: ClassVar[tuple[str, ...]] = ("period",)
    choices_of: ClassVar[Mapping[str, str]] = {"metrics": "metrics", "subgroup": "groups"}
    field_order = (
        "label", "code", "amount", "percent", "metrics", "subgroup", "above_count", "from_on", "last_on"
    )  # fmt: skip

    label = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("For example: More for people over 50.")
    )
    code = CodeField()
    amount = PoundsField(label=gettext_lazy("Amount on top of each"), required=False)
    percent = PercentField(
        label=gettext_lazy("Or a percentage of the price"),
        required=False,
        help_text=gettext_lazy("10 makes £500 into £550."),
    )
    metrics = forms.MultipleChoiceField(
        label=gettext_lazy("For these results"),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=gettext_lazy("None ticked: for all of them."),
    )
    subgroup = forms.ChoiceField(label=gettext_lazy("Only for this group of people"), required=False)
    above_count = forms.IntegerField(
        label=gettext_lazy("Only after so many of them"),
        min_value=0,
        max_value=MOST,
        required=False,
        help_text=gettext_lazy("Counted by result, in this group. Empty: from the first one."),
    )
    from_on = DayField(label=gettext_lazy("For results achieved from"), required=False)
    last_on = DayField(label=gettext_lazy("To, and including"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for an amount or a percentage."""
        cleaned = super().clean()
        if not self.errors and bool(cleaned.get("amount")) == bool(cleaned.get("percent")):
            self.add_error("amount", _("Give an amount or a percentage, not both."))
        return cleaned


class CapForm(PeriodMixin, RowForm):
    """The most that is paid, or counted."""

    plain: ClassVar[tuple[str, ...]] = ("code", "scope", "amount", "count", "metrics", "payer", "every", "basis")
    known: ClassVar[tuple[str, ...]] = ("period",)
    choices_of: ClassVar[Mapping[str, str]] = {"metrics": "metrics", "payer": "payers"}
    field_order = (
        "scope", "code", "amount", "count", "metrics", "payer", "every", "basis", "from_on", "last_on"
    )  # fmt: skip

    scope = forms.ChoiceField(
        label=gettext_lazy("The most for"),
        choices=[
            (CapScope.PERSON.value, gettext_lazy("one person")),
            (CapScope.METRIC.value, gettext_lazy("each result, over the contract")),
            (CapScope.PERIOD.value, gettext_lazy("a period, such as a year")),
            (CapScope.PAYER.value, gettext_lazy("one payer's part")),
            (CapScope.CONTRACT.value, gettext_lazy("the whole contract")),
            (CapScope.COHORT.value, gettext_lazy("a cohort: a group that started together")),
        ],
        widget=forms.RadioSelect(),
    )
    code = CodeField(
        help_text=gettext_lazy("Every amount that this cap cuts off is shown with this name, as in person_17000.")
    )
    amount = PoundsField(label=gettext_lazy("Amount"), required=False)
    count = forms.IntegerField(
        label=gettext_lazy("Or a number of results"), min_value=0, max_value=MOST, required=False
    )
    metrics = forms.MultipleChoiceField(
        label=gettext_lazy("Only these results count towards it"),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=gettext_lazy("None ticked: all of them."),
    )
    payer = forms.ChoiceField(label=gettext_lazy("Payer"), required=False)
    every = forms.ChoiceField(
        label=gettext_lazy("How long each period is"),
        choices=[
            (Every.ONCE.value, gettext_lazy("one period, with the days given below")),
            (Every.YEAR.value, gettext_lazy("a year from the first day of service")),
            (Every.QUARTER.value, gettext_lazy("a quarter")),
            (Every.MONTH.value, gettext_lazy("a month")),
        ],
        initial=Every.ONCE.value,
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("A result falls into the period by the day on which it was"),
        choices=[
            (PeriodBasis.ACHIEVED.value, gettext_lazy("achieved")),
            (PeriodBasis.CLAIMED.value, gettext_lazy("claimed")),
        ],
        initial=PeriodBasis.ACHIEVED.value,
    )
    from_on = DayField(label=gettext_lazy("Only what falls into the time from"), required=False)
    last_on = DayField(label=gettext_lazy("To, and including"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for an amount or a number, and for a payer exactly where one is meant."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        if (cleaned.get("amount") is None) == (cleaned.get("count") is None):
            self.add_error("amount", _("Give an amount or a number of results, not both."))
        if bool(cleaned.get("payer")) != (cleaned.get("scope") == CapScope.PAYER.value):
            self.add_error("payer", _("Choose the payer of a cap on one payer's part, and none for another cap."))
        return cleaned
