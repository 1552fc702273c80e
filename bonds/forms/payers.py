"""How long the contract runs, who pays which part, when, and what providers get."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.arithmetic.terms import Rounding, ShareKind
from bonds.forms.fields import CodeField, DayField, PercentField, PoundsField, day_after, last_day
from bonds.forms.rows import PeriodMixin, RowForm, Vocabulary, entry

MOST_PEOPLE = 1_000_000
_PER = "per_"


class BasicsForm(RowForm):
    """The days between which results count."""

    known: ClassVar[tuple[str, ...]] = ("service", "run_off_until")

    from_on = DayField(label=gettext_lazy("First day of service"))
    last_on = DayField(label=gettext_lazy("Last day of service"))
    run_off_last_on = DayField(
        label=gettext_lazy("Last day on which a result can be achieved"),
        help_text=gettext_lazy("Often later than the last day of service: a home has to be kept for a while."),
    )

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show the last days that belong to it."""
        service = entry(row, "service")
        return {
            "from_on": service.get("from_on"),
            "last_on": last_day(service.get("until_on")),
            "run_off_last_on": last_day(row.get("run_off_until")),
        }

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write the days after the last ones, and the contract's currency."""
        return {
            "currency": self.vocabulary.currency,
            "service": {"from_on": cleaned["from_on"], "until_on": day_after(cleaned["last_on"])},
            "run_off_until": day_after(cleaned["run_off_last_on"]),
        }

    def clean(self) -> dict[str, Any]:
        """Refuse an end before its beginning."""
        cleaned = super().clean() or {}
        first, last, final = (cleaned.get(name) for name in ("from_on", "last_on", "run_off_last_on"))
        if first and last and last < first:
            self.add_error("last_on", _("The last day lies before the first."))
        if last and final and final < last:
            self.add_error("run_off_last_on", _("Results count at least until the last day of service."))
        return cleaned


class PayersForm(RowForm):
    """Who pays, the lead first, and who gets the odd penny."""

    plain: ClassVar[tuple[str, ...]] = ("rounding", "is_excess_respread")
    known: ClassVar[tuple[str, ...]] = ("payers",)
    choices_of: ClassVar[Mapping[str, str]] = {"lead": "payers", "others": "payers"}

    lead = forms.ChoiceField(
        label=gettext_lazy("Lead payer"),
        help_text=gettext_lazy("Named first wherever amounts are split. Add payers as parties, then choose here."),
    )
    others = forms.MultipleChoiceField(
        label=gettext_lazy("Further payers"),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=gettext_lazy("None ticked: the lead pays alone."),
    )
    rounding = forms.ChoiceField(
        label=gettext_lazy("Odd pennies when an amount is split"),
        choices=[
            (Rounding.LARGEST_REMAINDER.value, gettext_lazy("go to whoever lost most by rounding down")),
            (Rounding.LEAD_TAKES_REST.value, gettext_lazy("are the lead payer's: all others are rounded down")),
        ],
        initial=Rounding.LARGEST_REMAINDER.value,
        widget=forms.RadioSelect(),
    )
    is_excess_respread = forms.BooleanField(
        label=gettext_lazy("What one payer's cap cuts off is paid by the others"),
        required=False,
        help_text=gettext_lazy("Otherwise nobody pays it."),
    )

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show the lead and all of them."""
        payers = [str(one) for one in row.get("payers", [])] if isinstance(row.get("payers"), list) else []
        return {"lead": payers[0] if payers else "", "others": payers[1:]}

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write them in order, the lead first."""
        lead = cleaned["lead"]
        return {"payers": [lead, *(one for one in cleaned["others"] if one != lead)]}

    def made_row(self) -> dict[str, Any]:
        """Give the terms, with a plain no where nothing is spread again."""
        return super().made_row() | {"is_excess_respread": self.cleaned_data["is_excess_respread"]}


class ShareForm(PeriodMixin, RowForm):
    """A payer's part of what is paid."""

    plain: ClassVar[tuple[str, ...]] = ("payer", "kind", "metrics")
    known: ClassVar[tuple[str, ...]] = ("amount", "period")
    choices_of: ClassVar[Mapping[str, str]] = {"payer": "payers", "metrics": "metrics"}
    field_order = ("payer", "kind", "percent", "pounds", "metrics", "from_on", "last_on")

    payer = forms.ChoiceField(label=gettext_lazy("Payer"))
    kind = forms.ChoiceField(
        label=gettext_lazy("How its part is written"),
        choices=[
            (ShareKind.PERCENT.value, gettext_lazy("a percentage")),
            (ShareKind.FIXED.value, gettext_lazy("a fixed amount for each result; the others share the rest")),
            (ShareKind.COMMITMENT.value, gettext_lazy("in proportion to what each payer committed")),
        ],
        widget=forms.RadioSelect(),
    )
    percent = PercentField(label=gettext_lazy("Percentage"), required=False)
    pounds = PoundsField(label=gettext_lazy("Fixed amount, or amount committed"), required=False)
    metrics = forms.MultipleChoiceField(
        label=gettext_lazy("For these results"),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=gettext_lazy("None ticked: for all of them. A part for some goes before a part for all."),
    )
    from_on = DayField(label=gettext_lazy("For results achieved from"), required=False)
    last_on = DayField(label=gettext_lazy("To, and including"), required=False)

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show the number as what it is."""
        is_percent = row.get("kind") == ShareKind.PERCENT.value
        return super().unpack(row) | {"percent" if is_percent else "pounds": row.get("amount")}

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write the number."""
        is_percent = cleaned["kind"] == ShareKind.PERCENT.value
        return super().pack(cleaned) | {"amount": cleaned["percent"] if is_percent else cleaned["pounds"]}

    def clean(self) -> dict[str, Any]:
        """Ask for the number that goes with the kind."""
        cleaned = super().clean()
        wanted = "percent" if cleaned.get("kind") == ShareKind.PERCENT.value else "pounds"
        if cleaned.get("kind") and cleaned.get(wanted) is None and wanted not in self.errors:
            self.add_error(wanted, _("Give the number that goes with it."))
        return cleaned


class ClaimRulesForm(RowForm):
    """When is claimed, answered and paid."""

    plain: ClassVar[tuple[str, ...]] = (
        "window_days", "response_days", "dispute_days", "payment_days", "is_in_working_days", "is_deemed_accepted",
        "sample_percent", "tolerance_percent",
    )  # fmt: skip

    window_days = forms.IntegerField(
        label=gettext_lazy("Days to claim after the end of the quarter"), min_value=0, max_value=3_660, initial=20
    )
    response_days = forms.IntegerField(
        label=gettext_lazy("Days for the verifier to answer"), min_value=0, max_value=3_660, initial=15
    )
    dispute_days = forms.IntegerField(
        label=gettext_lazy("Days in which a decision can be disputed"), min_value=0, max_value=3_660, initial=20
    )
    is_in_working_days = forms.BooleanField(
        label=gettext_lazy("These three are working days"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Without weekends and bank holidays. Days to payment are always plain days."),
    )
    is_deemed_accepted = forms.BooleanField(
        label=gettext_lazy("A claim that nobody answered in time counts as accepted"), required=False, initial=True
    )
    payment_days = forms.IntegerField(
        label=gettext_lazy("Days from a valid invoice to payment"),
        min_value=1,
        max_value=366,
        initial=30,
        help_text=gettext_lazy("Public bodies pay within 30 days (Procurement Act 2023, section 68)."),
    )
    sample_percent = PercentField(
        label=gettext_lazy("How many of the paid results are looked at afterwards, in percent"), initial=1000
    )
    tolerance_percent = PercentField(
        label=gettext_lazy("Share of wrong ones up to which nothing is taken back for the rest, in percent"), initial=0
    )


class GuaranteeForm(PeriodMixin, RowForm):
    """How many people a commissioner refers to a provider."""

    plain: ClassVar[tuple[str, ...]] = ("commissioner", "provider", "least", "compensation")
    known: ClassVar[tuple[str, ...]] = ("most", "period")
    choices_of: ClassVar[Mapping[str, str]] = {"commissioner": "payers", "provider": "providers"}
    field_order = (
        "commissioner", "provider", "least", "most", "compensation", "from_on", "last_on"
    )  # fmt: skip

    commissioner = forms.ChoiceField(label=gettext_lazy("Commissioner"))
    provider = forms.ChoiceField(label=gettext_lazy("Provider"))
    least = forms.IntegerField(label=gettext_lazy("At least so many people"), min_value=0, max_value=MOST_PEOPLE)
    most = forms.IntegerField(label=gettext_lazy("At most so many"), min_value=0, max_value=MOST_PEOPLE, required=False)
    compensation = PoundsField(
        label=gettext_lazy("Paid to the provider for each one too few"),
        required=False,
        help_text=gettext_lazy("Empty: nothing."),
    )
    from_on = DayField(label=gettext_lazy("In the time from"))
    last_on = DayField(label=gettext_lazy("To, and including"))

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show the most."""
        return super().unpack(row) | {"most": row.get("most")}

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write the most, even where there is none."""
        return super().pack(cleaned) | {"most": cleaned["most"]}

    def clean(self) -> dict[str, Any]:
        """Refuse a most below the least."""
        cleaned = super().clean()
        least, most = cleaned.get("least"), cleaned.get("most")
        if least is not None and most is not None and most < least:
            self.add_error("most", _("This lies below the least."))
        return cleaned


class ProviderPayForm(PeriodMixin, RowForm):
    """What the contract holder pays a provider."""

    plain: ClassVar[tuple[str, ...]] = ("provider", "fee", "success_percent")
    known: ClassVar[tuple[str, ...]] = ("per_outcome", "is_quarterly", "period")
    choices_of: ClassVar[Mapping[str, str]] = {"provider": "providers"}

    provider = forms.ChoiceField(label=gettext_lazy("Provider"))
    fee = PoundsField(label=gettext_lazy("Fee for the service, each month"), required=False)
    is_quarterly = forms.BooleanField(
        label=gettext_lazy("The fee falls due at the end of each quarter of service, not of each month"), required=False
    )
    success_percent = PercentField(
        label=gettext_lazy("Share of what its results earn"),
        required=False,
        help_text=gettext_lazy("In percent. Empty: none."),
    )
    from_on = DayField(label=gettext_lazy("From"), required=False)
    last_on = DayField(label=gettext_lazy("To, and including"), required=False)

    def __init__(self, *args: Any, vocabulary: Vocabulary, **more: Any) -> None:
        super().__init__(*args, vocabulary=vocabulary, **more)
        for code, name in vocabulary.metrics:
            label = _("For each accepted: %(name)s") % {"name": name}
            self.fields[f"{_PER}{code}"] = PoundsField(label=label, required=False)
        self.order_fields(["provider", "fee", "is_quarterly", "success_percent", *self._per(), "from_on", "last_on"])

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show the amount of each result."""
        amounts = entry(row, "per_outcome")
        shown = {"is_quarterly": bool(row.get("is_quarterly"))}
        return super().unpack(row) | shown | {f"{_PER}{code}": pence for code, pence in amounts.items()}

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write the amount of each result; of those that are gone, nothing stays."""
        amounts = {name.removeprefix(_PER): cleaned[name] for name in self._per() if cleaned[name]}
        row = super().pack(cleaned) | ({"per_outcome": amounts} if amounts else {})
        return row | ({"is_quarterly": True} if cleaned["is_quarterly"] else {})

    def _per(self) -> list[str]:
        return [name for name in self.fields if name.startswith(_PER)]


class AdvanceForm(RowForm):
    """What a payer pays before results."""

    plain: ClassVar[tuple[str, ...]] = ("code", "payer", "amount", "payable_on")
    choices_of: ClassVar[Mapping[str, str]] = {"payer": "payers"}

    payer = forms.ChoiceField(label=gettext_lazy("Who pays in advance"))
    code = CodeField(help_text=gettext_lazy("What it is called on every page, as in start_2027."))
    amount = PoundsField(
        label=gettext_lazy("Amount"),
        help_text=gettext_lazy("It is set against this payer's invoices; what is never earned goes back to it."),
    )
    payable_on = DayField(label=gettext_lazy("To be paid by"))
