"""What investors commit: taken with the version that says it, and cancelled where it will never be called.

Source: treasury specification A8: V1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.arithmetic.agreements import read_investor_terms
from bonds.arithmetic.calls import CallPart, compute_facilities, share_cancellation
from bonds.arithmetic.editing import fingerprint
from bonds.arithmetic.positions import MovementKind
from bonds.arithmetic.tranches import Commitment, InvestorTerms
from bonds.models import (
    CommitmentAmount,
    CommitmentChange,
    ContractVersion,
    InvestorCommitment,
    OutcomesContract,
    Party,
    WaterfallRun,
)
from bonds.operations.assessing import check_running
from bonds.operations.errors import ReasonMissing
from bonds.operations.investor_errors import CommitmentsBroken, NoInvestors, WoundUp, WrittenOff, check_seen
from bonds.operations.investor_postings import post_undrawn
from bonds.operations.locks import lock_contract
from bonds.queries.investor_problems import find_broken_commitments
from bonds.queries.investors import compute_standing, find_investor_terms, list_commitments
from bonds.states import RunKind
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor


def check_commitments(contract: OutcomesContract, version: ContractVersion) -> None:
    """Refuse a version that breaks what investors committed. The caller has locked the contract.

    Raises:
        CommitmentsBroken: money was called since the version was put to the parties; `facts["problems"]` says where.
    """
    if not version.investor_terms:
        return
    problems = find_broken_commitments(contract, read_investor_terms(version.investor_terms))
    if problems:
        raise CommitmentsBroken(
            _("This version does not cover what investors were called for. Take it back and put it right."),
            problems=problems,
        )


def take_commitments(contract: OutcomesContract, version: ContractVersion, *, actor: Actor, at: datetime) -> None:
    """Take what investors commit by a version that was just signed: it may be called from now on (V1).

    Args:
        contract: Locked, with open books.
        version: With or without investors' terms.
        actor: Who gave the last signature.
        at: Now.
    """
    if not version.investor_terms:
        return
    terms = read_investor_terms(version.investor_terms)
    known = list_commitments(contract)
    changes: dict[InvestorCommitment, int] = {}
    for one in terms.commitments:
        commitment = known.get((one.investor, one.tranche)) or _add(contract, terms, one, at=at)
        last = CommitmentAmount.objects.filter(commitment=commitment).last()
        CommitmentAmount.objects.create(commitment=commitment, version=version, pence=one.amount)
        changes[commitment] = one.amount - (last.pence if last else 0)
    post_undrawn(
        contract,
        changes,
        key=f"bonds:committed:{version.public_id}",
        kind="bonds.committed",
        on=legal_day(at),
        batch=version.public_id,
        source=version.public_id,
        actor=actor.ref,
        at=at,
    )


def work_out_cancellation(*, contract: OutcomesContract, amount_pence: int, on: date) -> tuple[CallPart, ...]:
    """Work out what each commitment would become less by. Nothing is kept.

    Args:
        contract: Running, with investors.
        amount_pence: Above zero; at most what is left to call.
        on: The day.

    Raises:
        NotRunning, NoInvestors, CallNotPositive, CallAboveUndrawn: as `cancel_commitments`.
    """
    check_running(contract)
    terms = require_investor_terms(contract)
    return share_cancellation(compute_facilities(compute_standing(contract, terms, on=on)), amount=amount_pence)


def digest_of_parts(parts: Sequence[CallPart]) -> str:
    """Tell one way of dividing an amount between commitments from any other."""
    return fingerprint([asdict(part) for part in parts])


@transaction.atomic
def cancel_commitments(
    *, contract: OutcomesContract, amount_pence: int, reason: str, seen: str = "", actor: Actor, at: datetime
) -> list[CommitmentChange]:
    """Give up a part of what investors committed and were not called for; each commitment by what it has left.

    Args:
        contract: Running, with investors.
        amount_pence: Above zero; what is called and awaited cannot be cancelled.
        reason: Why it will not be needed.
        seen: Digest of the parts that were looked at before; if given, they have to be the same still.
        actor: Who acts for the contract holder.
        at: Now.

    Returns:
        What each commitment is smaller by.

    Raises:
        ReasonMissing: the record has to say why.
        NotRunning: the contract is a draft or closed.
        NoInvestors: nobody invests in it.
        CallNotPositive, CallAboveUndrawn: nothing, or more than is left to call.
        PreviewOutdated: something has moved since it was looked at.
    """
    if not reason.strip():
        raise ReasonMissing(_("Say why the money will not be needed: the record keeps the reason."))
    contract, on = lock_contract(contract.pk), legal_day(at)
    parts = work_out_cancellation(contract=contract, amount_pence=amount_pence, on=on)
    check_seen(seen, digest_of_parts(parts))
    commitments = list_commitments(contract)
    made = [
        CommitmentChange.objects.create(
            commitment=commitments[part.investor, part.tranche],
            kind=MovementKind.CANCELLED.value,
            changed_on=on,
            pence=part.amount,
            reason=reason.strip(),
            by=actor.ref,
            at=at,
        )
        for part in parts
    ]
    post_undrawn(
        contract,
        {one.commitment: -one.pence for one in made},
        key=f"bonds:cancelled:{made[0].public_id}",
        kind="bonds.commitment_cancelled",
        on=on,
        batch=made[0].public_id,
        source=made[0].public_id,
        actor=actor.ref,
        at=at,
    )
    audit.record(
        actor=actor.ref,
        action="bonds.commitments_cancelled",
        at=at,
        organisation=contract.organisation.public_id,
        subject=contract.public_id,
        after={"pence": amount_pence, "commitments": {one.commitment.public_id: one.pence for one in made}},
        reason=reason.strip()[:200],
    )
    return made


def require_investor_terms(contract: OutcomesContract) -> InvestorTerms:
    """What the investors agreed.

    Raises:
        NoInvestors: nobody invests in this contract.
    """
    terms = find_investor_terms(contract)
    if terms is None:
        raise NoInvestors(_("Nobody invests in this contract."))
    return terms


def check_not_written_off(contract: OutcomesContract) -> None:
    """Let only investors pass whose loans were not written off.

    Raises:
        WrittenOff: they were; nothing moves between them and the contract any more.
    """
    lost = CommitmentChange.objects.filter(commitment__contract=contract, kind=MovementKind.WRITTEN_OFF.value)
    # What a run that ends a tranche or winds the deal up wrote off has payments to follow.
    if lost.filter(run=None).exists():
        raise WrittenOff(_("What investors lost was written off. Their side of this contract is over."))


def check_not_wound_up(contract: OutcomesContract) -> None:
    """Let only a deal pass that goes on.

    Raises:
        WrittenOff: what investors lost was written off.
        WoundUp: its last run was made; what is left is to pay what that run says.
    """
    check_not_written_off(contract)
    if is_wound_up(contract):
        raise WoundUp(_("The deal is wound up: what is left is to pay what its last run says."))


def is_wound_up(contract: OutcomesContract) -> bool:
    """Whether the last run of a deal was made and stands."""
    return WaterfallRun.objects.filter(contract=contract, kind=RunKind.FINAL.value, withdrawal=None).exists()


def _add(
    contract: OutcomesContract, terms: InvestorTerms, commitment: Commitment, *, at: datetime
) -> InvestorCommitment:
    return InvestorCommitment.objects.create(
        contract=contract,
        party=Party.objects.get(contract=contract, code=commitment.investor),
        tranche=commitment.tranche,
        kind=terms.tranche(commitment.tranche).kind.value,
        made_at=at,
    )
