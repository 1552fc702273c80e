"""What investors agreed, as the builder asks for it: tranches, commitments, order of payment, and who gets the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.arithmetic.tranches import InterestKind, Repayment, ReturnKind, TrancheKind
from bonds.forms.fields import CodeField, DayField, PercentField, PoundsField, RateField
from bonds.forms.investors_written import (
    put_lines,
    read_groups,
    read_order,
    read_redemptions,
    write_groups,
    write_order,
    write_redemptions,
)
from bonds.forms.rows import RowForm, Vocabulary

_MOST_MONTHS = 120
_LINES = {"rows": 4}
_KINDS = [
    (TrancheKind.SENIOR.value, gettext_lazy("senior: repaid first")),
    (TrancheKind.MEZZANINE.value, gettext_lazy("mezzanine: repaid after the senior ones")),
    (TrancheKind.FIRST_LOSS.value, gettext_lazy("first loss: repaid last of the loans")),
    (TrancheKind.RECOVERABLE_GRANT.value, gettext_lazy("recoverable grant: repaid after all loans, without interest")),
    (TrancheKind.GRANT.value, gettext_lazy("grant: never repaid")),
]
_INTEREST = [
    (InterestKind.NONE.value, gettext_lazy("none")),
    (InterestKind.SIMPLE.value, gettext_lazy("simple interest, by days on what is outstanding")),
    (InterestKind.COUPON.value, gettext_lazy("a fixed coupon for each period of some months")),
    (InterestKind.DECLARED.value, gettext_lazy("a coupon that is declared when a result is known")),
]
_REPAYMENT = [
    (Repayment.SWEEP.value, gettext_lazy("whenever there is money for it")),
    (Repayment.MATURITY.value, gettext_lazy("all of it on a day")),
]


class CapsMixin(forms.Form):
    """The most that an investor can get out, by each way of saying it; the lowest one holds."""

    irr = RateField(
        label=gettext_lazy("At most, as an internal rate of return (IRR)"),
        required=False,
        help_text=gettext_lazy("In percent a year, such as 8: money counts by the day on which it moved. Empty: none."),
    )
    simple = RateField(
        label=gettext_lazy("At most, as simple interest"),
        required=False,
        help_text=gettext_lazy("In percent a year on what is outstanding. Empty: none."),
    )
    multiple = RateField(
        label=gettext_lazy("At most so many times what was paid in"),
        required=False,
        help_text=gettext_lazy("Such as 1.5: for every £1,000 at most £1,500. Empty: none."),
    )

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show the caps."""
        caps = row.get("return_caps")
        found = [one for one in caps if isinstance(one, dict)] if isinstance(caps, list) else []
        own = {one["kind"]: one.get("limit") for one in found if one.get("kind") in _CAPS}
        return super().unpack(row) | own  # type: ignore[misc, no-any-return]

    def list_caps(self, cleaned: Mapping[str, Any]) -> list[dict[str, str]]:
        """Give the caps as the terms have them."""
        return [{"kind": kind, "limit": cleaned[kind]} for kind in _CAPS if cleaned[kind]]


_CAPS = tuple(kind.value for kind in ReturnKind)


class InvestorFrameForm(RowForm):
    """What holds for all investors."""

    plain: ClassVar[tuple[str, ...]] = ("reserve_months", "recycled_until_on")
    known: ClassVar[tuple[str, ...]] = ("calls",)

    reserve_months = forms.IntegerField(
        label=gettext_lazy("Months of cost that the reserve is to hold"),
        min_value=0,
        max_value=_MOST_MONTHS,
        required=False,
        help_text=gettext_lazy("Before investors are paid, so much is put aside. Empty: no reserve."),
    )
    recycled_until_on = DayField(
        label=gettext_lazy("First day on which investors can be paid"),
        required=False,
        help_text=gettext_lazy("Before it, what costs leave over is kept for the service. Empty: from the first day."),
    )
    calls = forms.CharField(
        label=gettext_lazy("In which order tranches are called on"),
        required=False,
        widget=forms.Textarea(attrs=_LINES),
        help_text=gettext_lazy(
            "One group of tranches in a line, by their short names: “grant”, then “senior, junior”. The next line is "
            "asked only for what the one before cannot give. Empty: all together."
        ),
    )

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show the groups."""
        return {"calls": write_groups(row.get("calls"))}

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write the groups."""
        return put_lines(self.row, "calls", cleaned["calls"], write_groups)

    def clean_calls(self) -> list[list[str]]:
        """Read the groups."""
        return read_groups(self.cleaned_data["calls"])


class TrancheForm(CapsMixin, RowForm):
    """Money that stands in one place of the order."""

    plain: ClassVar[tuple[str, ...]] = (
        "code", "name", "kind", "interest", "rate", "coupon_months", "coupon_from_on", "interest_until_on", "repayment",
        "matures_on", "is_recycled",
    )  # fmt: skip
    known: ClassVar[tuple[str, ...]] = ("return_caps", "redemptions")
    field_order = (*plain[:-1], "irr", "simple", "multiple", "is_recycled", "redemptions")

    code = CodeField(help_text=gettext_lazy("Small letters, digits and _ only, such as first_loss."))
    name = forms.CharField(label=gettext_lazy("What people call it"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=_KINDS, widget=forms.RadioSelect())
    interest = forms.ChoiceField(
        label=gettext_lazy("Interest"),
        choices=_INTEREST,
        initial=InterestKind.NONE.value,
        widget=forms.RadioSelect(),
    )
    rate = RateField(
        label=gettext_lazy("Rate"),
        required=False,
        help_text=gettext_lazy("In percent a year, such as 6.5: for simple interest and fixed coupons only."),
    )
    coupon_months = forms.IntegerField(
        label=gettext_lazy("Months of each coupon"),
        min_value=1,
        max_value=_MOST_MONTHS,
        required=False,
        help_text=gettext_lazy("For fixed coupons. Empty: twelve."),
    )
    coupon_from_on = DayField(
        label=gettext_lazy("First day of the first coupon"),
        required=False,
        help_text=gettext_lazy("For fixed coupons, and only for them."),
    )
    interest_until_on = DayField(
        label=gettext_lazy("Day from which nothing more is earned"), required=False, help_text=gettext_lazy("Or empty.")
    )
    repayment = forms.ChoiceField(
        label=gettext_lazy("When it is repaid"),
        choices=_REPAYMENT,
        initial=Repayment.SWEEP.value,
        widget=forms.RadioSelect(),
    )
    matures_on = DayField(
        label=gettext_lazy("Day of repayment"), required=False, help_text=gettext_lazy("If all is repaid on a day.")
    )
    is_recycled = forms.BooleanField(label=gettext_lazy("What was repaid can be called again"), required=False)
    redemptions = forms.CharField(
        label=gettext_lazy("What is returned if it is ended early"),
        required=False,
        widget=forms.Textarea(attrs=_LINES),
        help_text=gettext_lazy(
            "One period in a line, with the part of the principal: “2027-01-01 to 2027-12-31: 75 %”. Both days belong "
            "to it. The rest is lost. Empty: it cannot be ended early."
        ),
    )

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show the periods."""
        return super().unpack(row) | {"redemptions": write_redemptions(row.get("redemptions"))}

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write the caps and the periods; what is empty is left out."""
        caps = self.list_caps(cleaned)
        periods = put_lines(self.row, "redemptions", cleaned["redemptions"], write_redemptions)
        return periods | ({"return_caps": caps} if caps else {})

    def clean_code(self) -> str:
        """Refuse what terms cannot have as a code."""
        code: str = self.cleaned_data["code"]
        if "-" in code:
            raise forms.ValidationError(_("Write _ instead of -, such as first_loss."))
        return code

    def clean_redemptions(self) -> list[dict[str, Any]]:
        """Read the periods."""
        return read_redemptions(self.cleaned_data["redemptions"])


class CommitmentForm(CapsMixin, RowForm):
    """What one investor promises to one tranche."""

    plain: ClassVar[tuple[str, ...]] = ("investor", "tranche", "amount", "rate")
    known: ClassVar[tuple[str, ...]] = ("return_caps",)
    choices_of: ClassVar[Mapping[str, str]] = {"investor": "investors", "tranche": "tranches"}
    field_order = (*plain, "has_own_caps", "irr", "simple", "multiple")

    investor = forms.ChoiceField(
        label=gettext_lazy("Investor"), help_text=gettext_lazy("Add investors as parties, then choose here.")
    )
    tranche = forms.ChoiceField(label=gettext_lazy("Tranche"))
    amount = PoundsField(label=gettext_lazy("At most so much can be called"))
    rate = RateField(
        label=gettext_lazy("Rate of its own"),
        required=False,
        help_text=gettext_lazy("In percent a year. Empty: as the tranche says."),
    )
    has_own_caps = forms.BooleanField(
        label=gettext_lazy("Caps of its own, instead of those of the tranche"),
        required=False,
        help_text=gettext_lazy("Give them below; if all three stay empty, nothing limits this investor."),
    )

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show whether there are caps of its own."""
        return super().unpack(row) | {"has_own_caps": row.get("return_caps") is not None}

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write them, even if there are none: that is another thing than those of the tranche."""
        return {"return_caps": self.list_caps(cleaned)} if cleaned["has_own_caps"] else {}

    def clean(self) -> dict[str, Any]:
        """Take a cap that was typed without the tick for what it is."""
        cleaned = super().clean() or {}
        if any(cleaned.get(kind) for kind in _CAPS):
            cleaned["has_own_caps"] = True
        return cleaned


class OrderForm(RowForm):
    """Who is paid before whom."""

    known: ClassVar[tuple[str, ...]] = ("order",)

    order = forms.CharField(
        label=gettext_lazy("Order of payment"), required=False, widget=forms.Textarea(attrs={"rows": 10})
    )

    def __init__(self, *args: Any, vocabulary: Vocabulary, **more: Any) -> None:
        super().__init__(*args, vocabulary=vocabulary, **more)
        said = gettext_lazy(
            "One stage in a line; tranches in one line are paid together. A stage is paid only from what the stages "
            "before it left. Empty: the usual order, which for these tranches is: %(order)s."
        )
        self.fields["order"].help_text = said % {"order": " → ".join(vocabulary.typical_order)}

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show the stages."""
        return {"order": write_order(row.get("order"))}

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write the stages."""
        return put_lines(self.row, "order", cleaned["order"], write_order)

    def clean_order(self) -> list[dict[str, Any]]:
        """Read the stages."""
        return read_order(self.cleaned_data["order"])


class GuarantorForm(RowForm):
    """Somebody outside the order who pays a shortfall at the end."""

    plain: ClassVar[tuple[str, ...]] = ("guarantor", "tranches", "percent", "basis", "most")
    choices_of: ClassVar[Mapping[str, str]] = {"guarantor": "parties", "tranches": "tranches"}

    guarantor = forms.ChoiceField(label=gettext_lazy("Guarantor"))
    tranches = forms.MultipleChoiceField(label=gettext_lazy("For investors of"), widget=forms.CheckboxSelectMultiple())
    percent = PercentField(label=gettext_lazy("How much of it is made good"), help_text=gettext_lazy("In percent."))
    basis = forms.ChoiceField(
        label=gettext_lazy("Of what"),
        choices=[
            ("principal", gettext_lazy("of what was paid in: investors get back at least this part")),
            ("loss", gettext_lazy("of what was lost: investors are paid this part of it")),
        ],
        initial="principal",
        widget=forms.RadioSelect(),
    )
    most = PoundsField(
        label=gettext_lazy("At most, in all"), required=False, help_text=gettext_lazy("Empty: no limit.")
    )
