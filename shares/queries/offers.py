"""What an offer has raised: applied, cleared and allotted, never mixed up."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, Q, Sum

from core.money import to_minor
from core.periods import legal_day
from shares.models import Application, ApplicationStateChange, OfferStateChange, ShareOffer
from shares.queries.room import current_terms, maximum_shares
from shares.states import ApplicationState, EndReason, HolderKind

_RESERVED = [ApplicationState.AWAITING_PAYMENT.value]
_CLEARED = [ApplicationState.PAID.value, ApplicationState.ALLOTTED.value]


@dataclass(frozen=True, slots=True)
class RaisedSoFar:
    """The three totals of an offer, in pence, with its targets.

    Attributes:
        applied_pence: Reserved, paid or allotted: what people have asked for in earnest.
        cleared_pence: Paid or allotted: what the society's account holds, or turned into shares.
        allotted_pence: What has become shares.
        returned_pence: What went back, or is going back, because the offer failed.
        applications: How many applications have cleared.
        members: How many different holders they come from.
        shares_left: Shares that nobody has taken.
    """

    applied_pence: int
    cleared_pence: int
    allotted_pence: int
    returned_pence: int
    applications: int
    members: int
    shares_left: int
    minimum_pence: int
    optimum_pence: int
    maximum_pence: int

    @property
    def is_minimum_reached(self) -> bool:
        """Whether the cleared money reaches the minimum target."""
        return self.cleared_pence >= self.minimum_pence

    @property
    def percent_of_minimum(self) -> int:
        """Cleared money in whole per cent of the minimum, rounded down; may pass 100."""
        return self.cleared_pence * 100 // self.minimum_pence


def raised_so_far(offer: ShareOffer) -> RaisedSoFar:
    """Add up what an offer has raised. Money is counted before fees: it is what buys shares."""
    terms = current_terms(offer)
    price = to_minor(terms.price)
    rows = Application.objects.filter(offer=offer)
    sums = rows.aggregate(
        applied=Sum("number_of_shares", filter=Q(state__in=[*_RESERVED, *_CLEARED])),
        cleared=Sum("number_of_shares", filter=Q(state__in=_CLEARED)),
        allotted=Sum("number_of_shares", filter=Q(state=ApplicationState.ALLOTTED.value)),
        returned=Sum("number_of_shares", filter=Q(end_reason=EndReason.OFFER_FAILED.value)),
        count=Count("pk", filter=Q(state__in=_CLEARED)),
    )
    taken = rows.taking_room().aggregate(total=Sum("number_of_shares"))["total"] or 0
    return RaisedSoFar(
        applied_pence=(sums["applied"] or 0) * price,
        cleared_pence=(sums["cleared"] or 0) * price,
        allotted_pence=(sums["allotted"] or 0) * price,
        returned_pence=(sums["returned"] or 0) * price,
        applications=sums["count"],
        members=count_holders(offer),
        shares_left=max(maximum_shares(terms) - taken, 0),
        minimum_pence=to_minor(terms.minimum),
        optimum_pence=to_minor(terms.optimum),
        maximum_pence=to_minor(terms.maximum),
    )


def count_holders(offer: ShareOffer) -> int:
    """Count the different holders whose applications have cleared: people by person, bodies by number."""
    rows = Application.objects.filter(offer=offer, state__in=_CLEARED)
    people = rows.filter(holder_kind=HolderKind.INDIVIDUAL.value).values("person_id").distinct().count()
    bodies = (
        rows.exclude(holder_kind=HolderKind.INDIVIDUAL.value).values("holder_kind", "body_number").distinct().count()
    )
    return people + bodies


def cleared_pence(offer: ShareOffer) -> int:
    """Add up what has cleared in an offer, in pence."""
    shares = Application.objects.filter(offer=offer, state__in=_CLEARED).aggregate(total=Sum("number_of_shares"))
    return (shares["total"] or 0) * to_minor(current_terms(offer).price)


def minimum_pence(offer: ShareOffer) -> int:
    """Tell the minimum target of an offer, in pence."""
    return to_minor(current_terms(offer).minimum)


def minimum_is_reached(offer: ShareOffer) -> bool:
    """Tell whether the money that has cleared reaches the minimum target."""
    return cleared_pence(offer) >= minimum_pence(offer)


@dataclass(frozen=True, slots=True)
class DayOfOffer:
    """What had been raised by the end of a legal day, in pence."""

    on: date
    cleared_pence: int
    applied_pence: int


def daily_series(offer: ShareOffer, *, until_on: date) -> list[DayOfOffer]:
    """Tell, for each day from the opening on, what had been applied for and what had cleared; for the chart.

    An application that ended without shares counts nowhere, except where the whole offer failed: then the picture
    stays as it was when it closed.

    Args:
        offer: An offer that was opened.
        until_on: The last day to show, at most.

    Returns:
        One row for each legal day; empty before the opening.
    """
    price = to_minor(current_terms(offer).price)
    first_on = legal_day(offer.opens_at)
    last_on = min(until_on, legal_day(offer.closed_at or offer.closes_at))
    counted = Application.objects.filter(offer=offer).filter(
        Q(state__in=[*_RESERVED, *_CLEARED]) | Q(end_reason=EndReason.OFFER_FAILED.value)
    )
    applied: dict[date, int] = defaultdict(int)
    cleared: dict[date, int] = defaultdict(int)
    for shares, paid_at, applied_at in counted.annotate(applied_at=_first_reserved_at()).values_list(
        "number_of_shares", "paid_at", "applied_at"
    ):
        assert applied_at is not None, "whoever reserved or paid has a record of it"
        applied[max(legal_day(applied_at), first_on)] += shares * price
        if paid_at is not None:
            cleared[min(max(legal_day(paid_at), first_on), max(last_on, first_on))] += shares * price
    return _run_up(first_on, last_on, applied, cleared)


def _first_reserved_at() -> Min:
    return Min("state_changes__at", filter=Q(state_changes__to_state=ApplicationState.AWAITING_PAYMENT.value))


def _run_up(first_on: date, last_on: date, applied: dict[date, int], cleared: dict[date, int]) -> list[DayOfOffer]:
    """Turn what came on each day into what had come by each day."""
    rows, so_far_applied, so_far_cleared = [], 0, 0
    for ordinal in range(first_on.toordinal(), last_on.toordinal() + 1):
        on = date.fromordinal(ordinal)
        so_far_applied += applied.get(on, 0)
        so_far_cleared += cleared.get(on, 0)
        rows.append(DayOfOffer(on=on, cleared_pence=so_far_cleared, applied_pence=so_far_applied))
    return rows


def history_of_offer(offer: ShareOffer) -> list[OfferStateChange]:
    """List what happened to an offer: when, from where to where, by whom and why."""
    return list(offer.state_changes.all())


def history_of_application(application: Application) -> list[ApplicationStateChange]:
    """List what happened to an application."""
    return list(ApplicationStateChange.objects.filter(application=application))
