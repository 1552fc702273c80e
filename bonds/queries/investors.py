"""Where the investors of a contract stand: what they agreed, what moved, positions and what is left to call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Sum
from django.utils.translation import gettext as _

from bonds.arithmetic.agreements import read_investor_terms
from bonds.arithmetic.positions import Movement, MovementKind, Position, compute_positions
from bonds.arithmetic.tranches import InvestorTerms
from bonds.models import (
    CallPart,
    CommitmentChange,
    ContractVersion,
    Drawdown,
    InvestorCommitment,
    OutcomesContract,
)
from core.errors import NotFound

# Investor and tranche, as terms name a commitment.
Place = tuple[str, str]


class CallPartMissing(NotFound):
    """There is no such part of a call."""

    code = "bonds.no_call_part"


def find_investor_terms(contract: OutcomesContract) -> InvestorTerms | None:
    """What the investors of a contract agreed; None where it has none, or is not signed yet.

    It holds from the signature of the version that says it, whatever day that version's prices hold from.
    """
    newest = ContractVersion.objects.filter(contract=contract).signed().last()
    return read_investor_terms(newest.investor_terms) if newest and newest.investor_terms else None


def list_commitments(contract: OutcomesContract) -> dict[Place, InvestorCommitment]:
    """The commitments of a contract by investor and tranche."""
    found = InvestorCommitment.objects.filter(contract=contract).select_related("party", "party__organisation")
    return {(one.party.code, one.tranche): one for one in found}


def list_movements(contract: OutcomesContract, *, without: Drawdown | None = None) -> list[Movement]:
    """All that moved for the investors of a contract and was not undone, each with its own day.

    Args:
        contract: Whose.
        without: A drawdown that is left out, to see what would be without it.
    """
    drawn = Drawdown.objects.standing().filter(part__call__contract=contract)
    if without is not None:
        drawn = drawn.exclude(pk=without.pk)
    called = CallPart.objects.filter(call__contract=contract)
    changed = CommitmentChange.objects.filter(commitment__contract=contract)
    at = "commitment"
    rows = [
        *_rows(called.values_list("call__called_on", f"{at}__party__code", f"{at}__tranche", "pence"), "called"),
        *_rows(drawn.values_list("drawn_on", f"part__{at}__party__code", f"part__{at}__tranche", "pence"), "drawn"),
    ]
    for kind in (MovementKind.CANCELLED, MovementKind.WRITTEN_OFF):
        mine = changed.filter(kind=kind.value)
        rows += _rows(mine.values_list("changed_on", f"{at}__party__code", f"{at}__tranche", "pence"), kind)
    return rows


def compute_standing(contract: OutcomesContract, terms: InvestorTerms, *, on: date) -> tuple[Position, ...]:
    """Where each commitment stands on a day, in the order of the terms."""
    return compute_positions(terms, list_movements(contract), on=on)


def get_call_part(*, public_id: str) -> CallPart:
    """Return what a commitment was asked for, with its call and contract.

    Raises:
        CallPartMissing: there is no such part.
    """
    related = ("call__contract__organisation", "commitment__party__organisation")
    found = CallPart.objects.select_related(*related).filter(public_id=public_id).first()
    if found is None:
        raise CallPartMissing(_("There is no such part of a call."), part=public_id)
    return found


def open_of_part(part: CallPart) -> int:
    """What is still to be paid in of a part of a call, in pence."""
    paid = Drawdown.objects.standing().filter(part=part).aggregate(sum=Sum("pence"))["sum"] or 0
    return part.pence - paid


def _rows(rows: Iterable[tuple[date, str, str, int]], kind: str) -> Iterator[Movement]:
    for on, investor, tranche, pence in rows:
        yield Movement(on=on, investor=investor, tranche=tranche, kind=MovementKind(kind), amount=pence)
