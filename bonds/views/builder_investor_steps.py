"""The steps in which it is written what investors agreed: only for a contract that they pay for first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.arithmetic.editing import EntriesPart, ListPart, OptionalPart, Row
from bonds.arithmetic.tranches import TrancheKind
from bonds.forms.investors import CommitmentForm, GuarantorForm, InvestorFrameForm, OrderForm, TrancheForm
from bonds.forms.investors_rest import SurplusForm, UpsideForm
from bonds.forms.rows import Vocabulary
from bonds.operations.editing import Document
from bonds.views.builder_step import Step, by, named

# Kinds of tranches whose investors can take part in an upside.
LENDING: Final = frozenset({TrancheKind.SENIOR.value, TrancheKind.MEZZANINE.value, TrancheKind.FIRST_LOSS.value})
_DOCUMENT: Final[Document] = "investor_terms"


def _commitment(row: Row, vocabulary: Vocabulary) -> str:
    return _("%(investor)s, %(tranche)s") % {
        "investor": by("investors", "investor")(row, vocabulary),
        "tranche": by("tranches", "tranche")(row, vocabulary),
    }


INVESTOR_STEPS: Final = (
    Step(
        "investors",
        gettext_lazy("Investors: what holds for all"),
        gettext_lazy("Only if investors pay for the service before results are paid for: reserve, and when they wait."),
        EntriesPart(("reserve_months", "recycled_until_on", "calls")),
        InvestorFrameForm,
        document=_DOCUMENT,
    ),
    Step(
        "tranches",
        gettext_lazy("Tranches"),
        gettext_lazy("A tranche is money that stands in one place of the order of payment, with its own conditions."),
        ListPart("tranches"),
        TrancheForm,
        named("name", "code"),
        gettext_lazy("tranche"),
        document=_DOCUMENT,
    ),
    Step(
        "commitments",
        gettext_lazy("Commitments"),
        gettext_lazy("How much each investor can be called on for, in which tranche, and what is different for it."),
        ListPart("commitments"),
        CommitmentForm,
        _commitment,
        gettext_lazy("commitment"),
        document=_DOCUMENT,
    ),
    Step(
        "waterfall",
        gettext_lazy("Order of payment"),
        gettext_lazy("Who is paid before whom when cash is shared out: what people call a waterfall."),
        EntriesPart(("order",)),
        OrderForm,
        document=_DOCUMENT,
    ),
    Step(
        "upside",
        gettext_lazy("Success fees and upside"),
        gettext_lazy("Only if providers or investors share in what principal and interest leave."),
        OptionalPart("upside"),
        UpsideForm,
        document=_DOCUMENT,
    ),
    Step(
        "surplus",
        gettext_lazy("Surplus"),
        gettext_lazy("Who gets what is left when everybody had theirs. Without a part here, it stays in the vehicle."),
        ListPart("surplus"),
        SurplusForm,
        by("parties", "party"),
        gettext_lazy("part"),
        document=_DOCUMENT,
    ),
    Step(
        "guarantors",
        gettext_lazy("Guarantees"),
        gettext_lazy("Only if somebody outside the order makes good what investors lost when the deal ends."),
        ListPart("guarantees"),
        GuarantorForm,
        by("parties", "guarantor"),
        gettext_lazy("guarantee"),
        document=_DOCUMENT,
    ),
)
STEP_OF_INVESTORS: Final[Mapping[str, str]] = {
    "tranches": "tranches", "commitments": "commitments", "order": "waterfall", "upside": "upside",
    "surplus": "surplus", "guarantees": "guarantors",
}  # fmt: skip
