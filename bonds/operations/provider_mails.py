"""Who is told by mail of what a provider is due, in the transaction of the act."""

from __future__ import annotations

from datetime import datetime

from bonds.arithmetic.undoing import Undone
from bonds.models import CompensationUndoing
from bonds.operations.telling import tell_officers
from core.money import format_pounds


def tell_compensation_undone(undoing: CompensationUndoing, plan: Undone, *, at: datetime) -> None:
    """Tell a commissioner and a provider that a compensation was undone, why, and what becomes of the money.

    Args:
        undoing: With its compensation.
        plan: Whether a credit note takes it off the invoice, or what was paid is set off.
        at: Now.
    """
    made = undoing.compensation
    contract = made.contract
    for party, is_commissioner in ((made.commissioner, True), (made.provider, False)):
        tell_officers(
            party.organisation,
            "compensation_undone",
            contract=contract,
            page="referrals",
            key=undoing.public_id,
            facts={
                "amount": format_pounds(made.pence, contract.currency),
                "commissioner": made.commissioner.organisation.name,
                "provider": made.provider.organisation.name,
                "is_commissioner": is_commissioner,
                "is_credited": bool(plan.credited),
                "reason": undoing.reason,
            },
            at=at,
        )
