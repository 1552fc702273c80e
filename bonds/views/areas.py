"""What a contract's page leads to, for whoever may go there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bonds.models import OutcomesContract
from bonds.policies import (
    Standpoint,
    adjusting,
    checks,
    claims,
    closing,
    contracts,
    endings,
    investor_reports,
    investors,
    invoices,
    overview,
    plans,
    providers,
    results,
)
from bonds.states import ContractState
from foundation.access import Actor, Decision
from people.models import Organisation


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a contract with pages of its own.

    Attributes:
        title: What the link says.
        view: Its first page, which takes the organisation's slug and the contract's reference.
        may: Who may go there.
        in_draft: Whether there is something to see before the contract is signed.
    """

    title: str | Promise
    view: str
    may: Callable[[Actor, Standpoint], Decision]
    in_draft: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Where an area is."""

    title: str | Promise
    address: str


# In the order in which money comes to be: people and results, claims, invoices, payments, investors.
AREAS: Final[tuple[Area, ...]] = (
    Area(_("At a glance: earned, paid, capped away, and what is left"), "bonds:overview", overview.may_see_overview),
    Area(_("Plans: what was expected, and what happened"), "bonds:plans", plans.may_see_plans),
    Area(_("People and results, and what is still missing"), "bonds:missing", results.may_see_results),
    Area(_("Claims, and why each amount is what it is"), "bonds:claims", claims.may_see_claims),
    Area(_("Disputes"), "bonds:disputes", claims.may_see_claims),
    Area(_("Samples of paid lines"), "bonds:samples", checks.may_see_samples),
    Area(_("Invoices, and what is still to be paid"), "bonds:invoices", invoices.may_see_invoices),
    Area(_("What payers paid too much or are owed"), "bonds:overpayments", invoices.may_see_invoices),
    Area(_("Advance payments"), "bonds:advances", invoices.may_see_invoices),
    Area(_("What providers are due and were paid"), "bonds:provider-pay", providers.may_see_pay),
    Area(_("Investors: what they paid in, earned and got back"), "bonds:investors", investors.may_see_investors),
    Area(_("Endings and guarantees"), "bonds:endings", endings.may_see_endings),
    Area(_("Reports to investors"), "bonds:investor-reports", investor_reports.may_see_reports),
    Area(_("What a later version changes of earlier results"), "bonds:adjustments", adjusting.may_see_adjustments),
    Area(_("The end of the contract"), "bonds:closing", closing.may_see_closing),
    Area(_("The public page"), "bonds:publish", contracts.may_publish),
    Area(_("INDIGO data: take it out, or try a file"), "bonds:indigo", contracts.may_export),
)


def links_for(
    *, actor: Actor, standpoint: Standpoint, contract: OutcomesContract, organisation: Organisation
) -> list[Link]:
    """Give the areas that an actor may see, in their order."""
    is_draft = contract.state == ContractState.DRAFT.value
    return [
        Link(area.title, reverse(area.view, args=(organisation.slug, contract.reference)))
        for area in AREAS
        if (area.in_draft or not is_draft) and area.may(actor, standpoint)
    ]
