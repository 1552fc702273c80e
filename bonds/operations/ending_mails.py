"""Who is told by mail that something ended: officers of investors and guarantors, with a link.

That something ended is told without a figure; what moved because of it, with how much.
"""

from __future__ import annotations

from datetime import datetime

from bonds.models import GuaranteeCall, GuaranteeMoney, InvestorCommitment, OutcomesContract, Party, WaterfallRun
from bonds.operations.telling import tell_officers
from bonds.states import RunKind
from core.money import format_pounds


def tell_ended(run: WaterfallRun, *, at: datetime) -> None:
    """Tell every investor that a tranche or the deal was ended, and every guarantor that it is asked to pay."""
    commitments = InvestorCommitment.objects.filter(contract=run.contract)
    calls = GuaranteeCall.objects.filter(run=run)
    for template, ids in (
        ("deal_ended", set(commitments.values_list("party_id", flat=True))),
        ("guarantee_called", set(calls.values_list("guarantor_id", flat=True))),
    ):
        for party in Party.objects.filter(pk__in=ids).select_related("organisation").order_by("code"):
            tell_officers(
                party.organisation,
                template,
                contract=run.contract,
                page="endings",
                key=run.public_id,
                facts={"is_final": run.kind == RunKind.FINAL.value},
                at=at,
            )


def tell_written_off(contract: OutcomesContract, *, key: str, reason: str, at: datetime) -> None:
    """Tell every investor that what was not repaid is written off, and that it will not be called on any more.

    Args:
        contract: Whose.
        key: Names the act, so that it is told once.
        reason: As the holder wrote it.
        at: Now.
    """
    ids = InvestorCommitment.objects.filter(contract=contract).values("party")
    for party in Party.objects.filter(pk__in=ids).select_related("organisation").order_by("code"):
        tell_officers(
            party.organisation,
            "loans_written_off",
            contract=contract,
            page="investors",
            key=key,
            facts={"reason": reason},
            at=at,
        )


def tell_guarantee_moved(money: GuaranteeMoney, *, reason: str = "", at: datetime) -> None:
    """Tell a guarantor that its money came in; guarantor and investor that it went on; the same ones of the undoing.

    Args:
        money: What moved, or what undoes it.
        reason: Why it was undone, as the treasurer wrote it.
        at: Now.
    """
    call = money.call
    contract, guarantor, investor = call.run.contract, call.guarantor, call.commitment.party
    facts = {
        "is_receipt": money.is_receipt,
        "amount": format_pounds(money.pence, contract.currency),
        "moved_on": money.moved_on,
        "guarantor": guarantor.organisation.name,
        "investor": investor.organisation.name,
        "reason": reason,
    }
    for party in (guarantor,) if money.is_receipt else (guarantor, investor):
        tell_officers(
            party.organisation,
            "guarantee_moved" if money.undoes_id is None else "guarantee_undone",
            contract=contract,
            page="endings",
            key=money.public_id,
            facts=facts,
            at=at,
        )
