"""The three totals of an offer, never mixed up: applied for, cleared, allotted. And how they grew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    DateTimeField,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, TruncDate
from moneyed import Money

from core.money import STERLING, to_minor
from core.periods import LONDON
from shares.models import Application, ApplicationStateChange, ShareOffer
from shares.states import ApplicationState, EndReason, HolderKind

AWAITING = ApplicationState.AWAITING_PAYMENT.value
CLEARED = (ApplicationState.PAID.value, ApplicationState.ALLOTTED.value)
ALLOTTED = ApplicationState.ALLOTTED.value
# When an offer fails, its money goes back; the page goes on showing how much had been raised.
GOING_BACK = (ApplicationState.REFUND_DUE.value, ApplicationState.REFUNDED.value)
# One person may buy for themselves and for a body: those are two members. A body is known by its number, else its name.
_BODY = Case(When(body_number="", then=F("body_name")), default=F("body_number"))
_BUYER = Case(
    When(holder_kind=HolderKind.INDIVIDUAL.value, then=Cast("person", CharField())),
    default=Concat(F("holder_kind"), Value(":"), _BODY),
    output_field=CharField(),
)
COUNTED = Q(state__in=[AWAITING, *CLEARED]) | Q(state__in=GOING_BACK, end_reason=EndReason.OFFER_FAILED.value)


@dataclass(frozen=True, slots=True)
class Totals:
    """What has been raised, in pence.

    Applied: applications whose payment runs or has arrived. Cleared: paid and held, or become shares.
    Allotted: become shares. Members so far: people and bodies who have paid.
    """

    applied_pence: int = 0
    cleared_pence: int = 0
    allotted_pence: int = 0
    returned_pence: int = 0
    members: int = 0


def totals_of(offers: Iterable[ShareOffer]) -> dict[int, Totals]:
    """Read the totals of several offers in one query, by row number; an offer without money is there too."""
    wanted = [offer.pk for offer in offers]
    rows = (
        _counted()
        .filter(offer__in=wanted)
        .values("offer")
        .annotate(
            applied=Sum("amount"),
            cleared=Sum("amount", filter=~Q(state=AWAITING)),
            allotted=Sum("amount", filter=Q(state=ALLOTTED)),
            returned=Sum("amount", filter=Q(state__in=GOING_BACK)),
            members=Count(_BUYER, distinct=True, filter=~Q(state=AWAITING)),
        )
        .order_by()
    )
    found = {row["offer"]: _totals(row) for row in rows}
    return {pk: found.get(pk, Totals()) for pk in wanted}


def _totals(row: Mapping[str, Any]) -> Totals:
    return Totals(
        applied_pence=_pence(row["applied"]),
        cleared_pence=_pence(row["cleared"]),
        allotted_pence=_pence(row["allotted"]),
        returned_pence=_pence(row["returned"]),
        members=row["members"],
    )


def raised_by_day(offer: ShareOffer) -> list[tuple[date, int, int]]:
    """Read how the money grew: (legal day, cleared pence so far, applied pence so far), one row for each day with news.

    Counts the applications that count today, from the day on which each was applied for (its first payment was
    begun) and the day on which its money arrived. One query.
    """
    begun = (
        ApplicationStateChange.objects.filter(application=OuterRef("pk"), to_state=AWAITING)
        .order_by()
        .values("application")
        .annotate(first=Min("at"))
        .values("first")
    )
    applied_at = Coalesce(Subquery(begun), F("paid_at"), F("started_at"), output_field=DateTimeField())
    rows = (
        _counted()
        .filter(offer=offer)
        .annotate(
            applied_on=TruncDate(applied_at, tzinfo=LONDON, output_field=DateField()),
            paid_on=TruncDate("paid_at", tzinfo=LONDON, output_field=DateField()),
        )
        .values("applied_on", "paid_on")
        .annotate(sum=Sum("amount"))
        .order_by()
    )
    return _grown([(row["applied_on"], row["paid_on"], _pence(row["sum"])) for row in rows])


def _grown(rows: Sequence[tuple[date, date | None, int]]) -> list[tuple[date, int, int]]:
    days = sorted({day for applied_on, paid_on, _pence in rows for day in (applied_on, paid_on) if day})
    return [
        (
            day,
            sum(pence for _applied_on, paid_on, pence in rows if paid_on and paid_on <= day),
            sum(pence for applied_on, _paid_on, pence in rows if applied_on <= day),
        )
        for day in days
    ]


def _counted() -> QuerySet[Application]:
    return Application.objects.filter(COUNTED, amount_currency=STERLING)


def _pence(total: Decimal | None) -> int:
    return to_minor(Money(total or 0, STERLING))
