"""Where the investors of a contract stand: what they agreed, what moved, positions and what is left to call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from bonds.arithmetic.agreements import read_investor_terms
from bonds.arithmetic.positions import Movement, MovementKind, Position, compute_positions
from bonds.arithmetic.statements import Statement, compute_statements
from bonds.arithmetic.tranches import InvestorTerms, StageKind
from bonds.models import (
    CallPart,
    CommitmentChange,
    ContractVersion,
    Distribution,
    DistributionPayment,
    Drawdown,
    GuaranteeMoney,
    InvestorCommitment,
    OutcomesContract,
    RunWithdrawal,
)
from core.errors import NotFound
from ledger.models import Transfer

# Interest that is owed, and the gain where it is released (treasury specification A6).
_INTEREST: Final = "2320"
_RELEASE_GAIN: Final = "4950"
# Investor and tranche, as terms name a commitment.
Place = tuple[str, str]


# What paying a stage to an investor moves.
KINDS: Final = {
    StageKind.INTEREST: MovementKind.INTEREST,
    StageKind.PRINCIPAL: MovementKind.PRINCIPAL,
    StageKind.UPSIDE: MovementKind.UPSIDE,
}


class DistributionMissing(NotFound):
    """Nobody is due such a payment."""

    code = "bonds.no_distribution"


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


def list_movements(
    contract: OutcomesContract, *, without: Drawdown | None = None, with_promised: bool = False
) -> list[Movement]:
    """All that moved for the investors of a contract and was not undone, each with its own day.

    Args:
        contract: Whose.
        without: A drawdown that is left out, to see what would be without it.
        with_promised: Whether what runs promised and nobody paid yet counts too, as of the day of its run.
    """
    drawn = Drawdown.objects.standing().filter(part__call__contract=contract)
    if without is not None:
        drawn = drawn.exclude(pk=without.pk)
    called = CallPart.objects.filter(call__contract=contract)
    changed = CommitmentChange.objects.standing().filter(commitment__contract=contract)
    at = "commitment"
    rows = [
        *_rows(called.values_list("call__called_on", f"{at}__party__code", f"{at}__tranche", "pence"), "called"),
        *_rows(drawn.values_list("drawn_on", f"part__{at}__party__code", f"part__{at}__tranche", "pence"), "drawn"),
    ]
    for kind in (MovementKind.CANCELLED, MovementKind.WRITTEN_OFF):
        mine = changed.filter(kind=kind.value)
        rows += _rows(mine.values_list("changed_on", f"{at}__party__code", f"{at}__tranche", "pence"), kind)
    passed_on = GuaranteeMoney.objects.standing().filter(call__run__contract=contract, is_receipt=False)
    names = (f"call__{at}__party__code", f"call__{at}__tranche")
    rows += _rows(passed_on.values_list("moved_on", *names, "pence"), MovementKind.GUARANTEED)
    paid = DistributionPayment.objects.standing().filter(distribution__run__contract=contract)
    for stage, kind in KINDS.items():
        to_investors = paid.filter(distribution__stage=stage.value, distribution__commitment__isnull=False)
        names = (f"distribution__{at}__party__code", f"distribution__{at}__tranche")
        rows += _rows(to_investors.values_list("paid_on", *names, "pence"), kind)
    taxed = paid.filter(tax_pence__gt=0).values_list("paid_on", *names, "tax_pence")
    rows += _rows(taxed, MovementKind.TAX)
    rows += _rows(_list_released(contract), MovementKind.RELEASED)
    return [*rows, *_list_promised(contract)] if with_promised else rows


def _list_released(contract: OutcomesContract) -> list[tuple[date, str, str, int]]:
    """Interest that was earned and will never be paid: what the book released and did not take back.

    Returns:
        Day, investor, tranche and pence of each.
    """
    released = Transfer.objects.filter(
        entry__book__slug=contract.book_slug,
        entry__reversed_by=None,
        debit_account__code=_INTEREST,
        credit_account__code=_RELEASE_GAIN,
    )
    rows = list(released.order_by("pk").values_list("entry__effective_on", "debit_owner", "amount"))
    if not rows:
        return []
    places = {one.public_id: place for place, one in list_commitments(contract).items()}
    return [(on, *places[owner], pence) for on, owner, pence in rows]


def list_open(contract: OutcomesContract) -> list[tuple[Distribution, int]]:
    """What parties are due by runs that stand, with the pence of it that nobody paid yet; in the order of the runs."""
    standing = Q(payments__undoes=None, payments__undone_by=None)
    due = Distribution.objects.filter(run__contract=contract, run__withdrawal=None)
    related = ("run", "party", "commitment__party")
    found = due.annotate(paid=Sum("payments__pence", filter=standing, default=0)).select_related(*related)
    return [(one, one.pence - one.paid) for one in found.order_by("run__number", "place") if one.paid < one.pence]


def get_distribution(*, public_id: str) -> Distribution:
    """Return what a party is due by a run, with its contract.

    Raises:
        DistributionMissing: there is no such thing.
    """
    related = ("run__contract__organisation", "run__round", "party__organisation", "commitment__party")
    found = Distribution.objects.select_related(*related).filter(public_id=public_id).first()
    if found is None:
        raise DistributionMissing(_("Nobody is due such a payment."), distribution=public_id)
    return found


def open_of_distribution(distribution: Distribution) -> int:
    """What is still to be paid, in pence; nothing once its run was withdrawn."""
    if RunWithdrawal.objects.filter(run=distribution.run_id).exists():
        return 0
    paid = DistributionPayment.objects.standing().filter(distribution=distribution)
    return distribution.pence - (paid.aggregate(sum=Sum("pence"))["sum"] or 0)


def compute_investor_statements(
    *, contract: OutcomesContract, from_on: date, until_on: date, investor: str = ""
) -> tuple[Statement, ...]:
    """What investors are told of a half-open period, from money that moved: multiple first, then the labelled rate.

    Args:
        contract: With investors; without, there are no statements.
        from_on: First day.
        until_on: The day after the last.
        investor: Code of one party; empty for everybody.

    Raises:
        StatementPeriodEmpty: the period ends on or before the day it begins.
    """
    terms = find_investor_terms(contract)
    if terms is None:
        return ()
    moved = list_movements(contract)
    return compute_statements(terms, moved, from_on=from_on, until_on=until_on, investor=investor)


def _list_promised(contract: OutcomesContract) -> Iterator[Movement]:
    for one, pence in list_open(contract):
        if one.commitment is not None:
            place = (one.commitment.party.code, one.commitment.tranche)
            yield from _rows([(one.run.run_on, *place, pence)], KINDS[StageKind(one.stage)])


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
