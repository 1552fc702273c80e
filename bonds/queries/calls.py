"""Calls on investors, with what of each part was paid in."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from bonds.models import CallPart, CapitalCall, OutcomesContract
from core.errors import NotFound


class CallMissing(NotFound):
    """There is no such call."""

    code = "bonds.no_call"


@dataclass(frozen=True, slots=True)
class PartShown:
    """A part of a call, and what of it was paid in and let into the books, in pence."""

    part: CallPart
    drawn: int

    @property
    def open(self) -> int:
        """What is still to be paid in."""
        return self.part.pence - self.drawn


@dataclass(frozen=True, slots=True)
class CallShown:
    """A call with those of its parts that somebody sees."""

    call: CapitalCall
    parts: tuple[PartShown, ...]

    @property
    def pence(self) -> int:
        """What these parts were asked for."""
        return sum(one.part.pence for one in self.parts)

    @property
    def drawn(self) -> int:
        """What was paid in of these parts."""
        return sum(one.drawn for one in self.parts)

    @property
    def open(self) -> int:
        """What is still to be paid in of these parts."""
        return self.pence - self.drawn


def list_calls(contract: OutcomesContract, *, investor: str = "", number: int | None = None) -> list[CallShown]:
    """List the calls of a contract, the newest first.

    Args:
        contract: Whose.
        investor: Code of a party: only its parts, and only calls in which it has one; empty for all.
        number: Only this one.
    """
    standing = Q(drawdowns__undoes=None, drawdowns__undone_by=None)
    related = ("call__contract__organisation", "commitment__party__organisation")
    found = CallPart.objects.filter(call__contract=contract).select_related(*related)
    found = found.filter(commitment__party__code=investor) if investor else found
    found = found.filter(call__number=number) if number is not None else found
    parts = found.annotate(drawn=Sum("drawdowns__pence", filter=standing, default=0)).order_by("-call__number", "pk")
    calls: dict[int, list[PartShown]] = {}
    for part in parts:
        calls.setdefault(part.call_id, []).append(PartShown(part, part.drawn))
    return [CallShown(shown[0].part.call, tuple(shown)) for shown in calls.values()]


def get_call(*, contract: OutcomesContract, number: int, investor: str = "") -> CallShown:
    """Return one call, as `list_calls` gives it.

    Raises:
        CallMissing: there is none, or none in which the investor has a part.
    """
    found = list_calls(contract, investor=investor, number=number)
    if not found:
        raise CallMissing(_("There is no such call."), number=number)
    return found[0]
