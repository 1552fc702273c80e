"""What may be done with an offer next, and what an act would do: shown before anybody confirms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from core.money import format_pounds
from foundation.access import Actor
from payments.models import Receipt, RefundRun
from shares import policies, queries
from shares.models import Application, ShareOffer
from shares.states import ApplicationState, OfferState

State = OfferState
CLOSABLE = frozenset({State.OPEN.value, State.PAUSED.value})
DECIDABLE = frozenset({State.CLOSED.value, State.SUCCEEDED.value})


@dataclass(frozen=True)
class Act:
    """One act on an offer.

    Attributes:
        key: Its name in addresses.
        label: What its button says.
        url: Its page.
        is_possible: Whether it can be done now by this officer.
        reason: Why not, and what comes first; empty when it can.
    """

    key: str
    label: str
    url: str
    is_possible: bool
    reason: str


def next_acts(offer: ShareOffer, actor: Actor, *, at: datetime) -> list[Act]:
    """List closing, allotting and failing, each possible or explained."""
    reasons = {
        "close": _why_not_close(offer),
        "allot": _why_not_allot(offer),
        "fail": _why_not_fail(offer),
    }
    labels = {"close": _("Close the offer"), "allot": _("Allot the shares"), "fail": _("Declare the offer failed")}
    policies_by_act = {
        "close": policies.may_run_offer,
        "allot": policies.may_decide_offer,
        "fail": policies.may_decide_offer,
    }
    acts = []
    for key, reason in reasons.items():
        decision = policies_by_act[key](actor, offer)
        why_not = reason or ("" if decision else _("Only the secretary can do this."))
        url = reverse(f"shares:{key}", args=[offer.organisation.slug, offer.slug])
        acts.append(Act(key=key, label=labels[key], url=url, is_possible=not why_not, reason=why_not))
    return acts


def _why_not_close(offer: ShareOffer) -> str:
    if offer.state in CLOSABLE:
        return ""
    if offer.opened_at is None:
        return _("The offer has not been opened yet.")
    return _("The offer is closed already.")


def _why_not_allot(offer: ShareOffer) -> str:
    if offer.state == State.ALLOTTED.value:
        return _("The shares are issued.")
    if offer.state not in DECIDABLE:
        return _("Close the offer first.") if offer.state in CLOSABLE else _("The offer has failed or is not open yet.")
    raised = queries.raised_so_far(offer)
    if not raised.is_minimum_reached:
        missing = format_pounds(raised.minimum_pence - raised.cleared_pence)
        return _("The minimum is missed by %(missing)s: the offer can only fail.") % {"missing": missing}
    return ""


def _why_not_fail(offer: ShareOffer) -> str:
    if offer.state in DECIDABLE:
        return ""
    if offer.state in CLOSABLE:
        return _("Close the offer first.")
    if offer.state == State.ALLOTTED.value:
        return _("The shares are issued, so the money has become share capital.")
    return _("The offer has failed already, or was never open.")


@dataclass(frozen=True)
class AllotmentPreview:
    """What allotting now would issue, in whole shares and pence."""

    applications: int
    shares: int
    pence: int
    awaiting: int


def preview_allotment(offer: ShareOffer) -> AllotmentPreview:
    """Add up the paid applications."""
    rows = Application.objects.filter(offer=offer).paid().values_list("number_of_shares", flat=True)
    shares = list(rows)
    totals = {total.state: total.pence for total in queries.totals_by_state(offer)}
    return AllotmentPreview(
        applications=len(shares),
        shares=sum(shares),
        pence=totals.get(ApplicationState.PAID.value, 0),
        awaiting=queries.applications_awaiting(offer),
    )


@dataclass(frozen=True)
class RefundPreview:
    """What failing now would send back, in pence."""

    payments: int
    pence: int
    awaiting: int
    fees_pence: int


def preview_refunds(offer: ShareOffer) -> RefundPreview:
    """Count the payments that would go back, and the fees that the provider keeps of them: the least float missing."""
    held = Application.objects.filter(offer=offer).paid().values("payment_id")
    fees = Receipt.objects.filter(payment_id__in=held).aggregate(total=Sum("fee_pence"))["total"]
    paid = [total for total in queries.totals_by_state(offer) if total.state == ApplicationState.PAID.value]
    return RefundPreview(
        payments=sum(total.count for total in paid),
        pence=sum(total.pence for total in paid),
        awaiting=queries.applications_awaiting(offer),
        fees_pence=fees or 0,
    )


def run_of_offer(offer: ShareOffer) -> RefundRun | None:
    """Find the run that refunds a failed offer, once it has been prepared."""
    runs = RefundRun.objects.filter(organisation=offer.organisation, key=f"offer_failed:{offer.public_id}")
    return runs.first()
