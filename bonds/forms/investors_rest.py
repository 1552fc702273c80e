"""What becomes of money that principal and interest leave: success fees, the investors' part, and the surplus."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.arithmetic.tranches import Beneficiary
from bonds.forms.fields import PercentField, PoundsField
from bonds.forms.rows import RowForm, Vocabulary

_FEE, _MOST = "fee_", "most_"


class UpsideForm(RowForm):
    """How what is left after principal and interest is shared, until everybody's cap is reached."""

    plain: ClassVar[tuple[str, ...]] = ("tranches", "is_respread", "do_fees_go_on")
    known: ClassVar[tuple[str, ...]] = ("fees",)
    choices_of: ClassVar[Mapping[str, str]] = {"tranches": "lending"}

    tranches = forms.MultipleChoiceField(
        label=gettext_lazy("Investors of these tranches take part"),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=gettext_lazy("By what each paid in. None: investors get no more than principal and interest."),
    )
    is_respread = forms.BooleanField(
        label=gettext_lazy("What one investor's cap cuts goes to the others below theirs"), required=False, initial=True
    )
    do_fees_go_on = forms.BooleanField(
        label=gettext_lazy("Success fees are paid whole even when the investors' part is cut by caps"), required=False
    )

    def __init__(self, *args: Any, vocabulary: Vocabulary, **more: Any) -> None:
        super().__init__(*args, vocabulary=vocabulary, **more)
        for code, name in vocabulary.providers:
            self.fields[f"{_FEE}{code}"] = PercentField(
                label=_("Success fee of %(name)s") % {"name": name},
                required=False,
                help_text=_("In percent of what is shared. Empty: none."),
            )
            self.fields[f"{_MOST}{code}"] = PoundsField(
                label=_("At most, to %(name)s in all") % {"name": name}, required=False, help_text=_("Empty: no limit.")
            )

    def unpack(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Show the fee of each provider."""
        shown: dict[str, Any] = {}
        for fee in _fees(row):
            shown[f"{_FEE}{fee.get('provider')}"] = fee.get("percent")
            shown[f"{_MOST}{fee.get('provider')}"] = fee.get("most")
        return shown

    def made_row(self) -> dict[str, Any]:
        """Give the upside; an empty one where nobody takes part in it."""
        row = super().made_row()
        return row if row.get("tranches") or row.get("fees") else {}

    def pack(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Write the fees; those of parties that are no providers any more stay as they are."""
        codes = [code for code, _name in self.vocabulary.providers]
        fees = [fee for fee in _fees(self.row) if fee.get("provider") not in codes]
        for code in codes:
            percent, most = cleaned[f"{_FEE}{code}"], cleaned[f"{_MOST}{code}"]
            if percent is not None:
                fees.append({"provider": code, "percent": percent} | ({} if most is None else {"most": most}))
        return {"fees": fees} if fees else {}

    def clean(self) -> dict[str, Any]:
        """Refuse a limit without a fee."""
        cleaned = super().clean() or {}
        for code, _name in self.vocabulary.providers:
            if cleaned.get(f"{_MOST}{code}") is not None and cleaned.get(f"{_FEE}{code}") is None:
                self.add_error(f"{_FEE}{code}", _("Say which part, if there is to be a limit for it."))
        return cleaned


class SurplusForm(RowForm):
    """Who gets a part of what is left at the end."""

    plain: ClassVar[tuple[str, ...]] = ("to", "party", "percent")
    choices_of: ClassVar[Mapping[str, str]] = {"party": "parties"}

    party = forms.ChoiceField(label=gettext_lazy("Who gets it"))
    to = forms.ChoiceField(
        label=gettext_lazy("In what capacity"),
        choices=[
            (Beneficiary.COMMISSIONER.value, gettext_lazy("as commissioner: it comes off what was paid for results")),
            (Beneficiary.PROVIDER.value, gettext_lazy("as provider: a bonus")),
            (Beneficiary.ASSET_LOCK.value, gettext_lazy("under the asset lock: it is kept for the community")),
        ],
        widget=forms.RadioSelect(),
    )
    percent = PercentField(
        label=gettext_lazy("Which part"), help_text=gettext_lazy("In percent; all parts together come to 100.")
    )


def _fees(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    fees = row.get("fees")
    return [fee for fee in fees if isinstance(fee, dict)] if isinstance(fees, list) else []
