"""Who is told by mail that something ended: officers of investors and guarantors, with a link and no figure."""

from __future__ import annotations

from datetime import datetime

from bonds.models import GuaranteeCall, InvestorCommitment, OutcomesContract, Party, WaterfallRun
from bonds.operations.telling import tell_officers
from bonds.states import RunKind


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
