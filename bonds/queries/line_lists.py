"""Lines over all claims of a contract, by what they have in common: what stands behind a figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from bonds import states
from bonds.models import ClaimLine, InvoiceLine, LineReduction, LineShare, LineStateChange, OutcomesContract
from bonds.queries.taken_back import was_taken_back
from people.models import Organisation

ANY_CAP: Final = "caps"
"""Stands for every reason that is a cap."""
_READ: Final = ("event", "event__participant", "event__provider", "claim", "claim__provider__organisation", "result")


class Which(StrEnum):
    """Which lines, by where they stand today."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    TO_INVOICE = "to-invoice"
    REFUSED = "refused"
    TAKEN_BACK = "taken-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFilter:
    """What the lines of a list have in common; what is empty does not count.

    Attributes:
        which: Where they stand.
        result: Code of the result.
        payer: Short name of a payer that has a part in them, or (with `reason`) whose part was cut.
        reason: Why something was cut; "caps" for any cap.
        cap: Code of the cap that cut.
        achieved_from: First day of achievement.
        achieved_through: Last day of achievement.
        claimed_from: First day of the claim.
        claimed_through: Last day of the claim.
    """

    which: str = ""
    result: str = ""
    payer: str = ""
    reason: str = ""
    cap: str = ""
    achieved_from: date | None = None
    achieved_through: date | None = None
    claimed_from: date | None = None
    claimed_through: date | None = None


@dataclass(frozen=True, slots=True)
class LineSums:
    """How many lines there are, and what they come to, in pence."""

    lines: int
    indicative: int
    earned: int


def lines_like(
    *, contract: OutcomesContract, organisation: Organisation, sees_all: bool, wanted: LineFilter
) -> QuerySet[ClaimLine]:
    """The submitted lines that an organisation sees and that have something in common, in their order.

    Args:
        contract: Whose.
        organisation: Who looks.
        sees_all: Whether it sees the claims of every provider.
        wanted: What they have in common.
    """
    seen = Q() if sees_all else Q(claim__provider__organisation=organisation)
    taken_out = LineStateChange.objects.filter(
        line=OuterRef("pk"), from_state=states.LineState.DRAFT.value, to_state=states.LineState.WITHDRAWN.value
    )
    lines = ClaimLine.objects.filter(
        seen, ~Exists(taken_out), claim__contract=contract, claim__submitted_at__isnull=False
    )
    lines = lines.filter(_standing(wanted), _days(wanted))
    if wanted.result:
        lines = lines.filter(event__metric=wanted.result)
    if wanted.reason or wanted.cap:
        lines = lines.filter(Exists(_cuts(wanted)))
    elif (wanted.payer and wanted.which not in {Which.WAITING, Which.REFUSED}) or wanted.which == Which.TO_INVOICE:
        lines = lines.filter(Exists(_shares(wanted)))
    return lines.select_related(*_READ).order_by("pk")


def sum_lines(lines: QuerySet[ClaimLine]) -> LineSums:
    """Add up lines in the database, whatever their number."""
    whole = lines.order_by().aggregate(lines=Count("pk"), indicative=Sum("indicative_pence", default=0))
    shares = LineShare.objects.filter(~was_taken_back("result"), result__in=lines.order_by().values("pk"))
    return LineSums(
        int(whole["lines"]),
        int(whole["indicative"]),
        int(shares.aggregate(sum=Sum("settled_pence", default=0))["sum"]),
    )


def _standing(wanted: LineFilter) -> Q:
    if wanted.which == Which.WAITING:
        return Q(state__in=[state.value for state in states.OPEN_STATES])
    if wanted.which in {Which.ACCEPTED, Which.TO_INVOICE}:
        return Q(~was_taken_back(), result__isnull=False)
    if wanted.which == Which.REFUSED:
        return Q(state__in=[states.LineState.REJECTED.value, states.LineState.WITHDRAWN.value])
    return Q(result__clawback__isnull=False) if wanted.which == Which.TAKEN_BACK else Q()


def _days(wanted: LineFilter) -> Q:
    found = Q()
    bounds = {
        "event__achieved_on__gte": wanted.achieved_from,
        "event__achieved_on__lte": wanted.achieved_through,
        "claim__claimed_on__gte": wanted.claimed_from,
        "claim__claimed_on__lte": wanted.claimed_through,
    }
    for name, on in bounds.items():
        if on is not None:
            found &= Q(**{name: on})
    return found


def _cuts(wanted: LineFilter) -> QuerySet[LineReduction]:
    cuts = LineReduction.objects.filter(result=OuterRef("pk"), pence__gt=0)
    if wanted.reason == ANY_CAP:
        cuts = cuts.filter(reason__endswith="_cap")
    elif wanted.reason:
        cuts = cuts.filter(reason=wanted.reason)
    if wanted.cap:
        cuts = cuts.filter(facts__cap=wanted.cap)
    return cuts.filter(payer__code=wanted.payer) if wanted.payer else cuts


def _shares(wanted: LineFilter) -> QuerySet[LineShare]:
    shares = LineShare.objects.filter(result=OuterRef("pk")).exclude(due_pence=0)
    if wanted.payer:
        shares = shares.filter(payer__code=wanted.payer)
    if wanted.which == Which.TO_INVOICE:
        asked = InvoiceLine.objects.filter(share=OuterRef("pk"))
        shares = shares.filter(~Exists(asked)).exclude(net_pence=0)
    return shares
