"""Disputes: opened by a card or a control, closed by a control."""

from standin import clock
from standin.acts import balance, events
from standin.errors import conflict
from standin.fees import schedule_at
from standin.models import Charge, Dispute
from standin.store import new_id


def open_dispute(charge: Charge, *, reason: str, amount: int | None = None) -> Dispute:
    """Open a dispute: what is left of the charge, and the fee, leave the balance in one movement.

    Raises:
        StripeError: the charge did not succeed, or is disputed already.
    """
    if charge.status != "succeeded" or charge.disputed:
        raise conflict(f"Charge {charge.id} cannot be disputed.", code="charge_not_disputable", param="charge")
    dispute = Dispute.objects.create(
        id=new_id("du"),
        account=charge.account,
        created=clock.now(),
        charge=charge,
        amount=charge.amount - charge.amount_refunded if amount is None else amount,
        currency=charge.currency,
        reason=reason,
    )
    balance.move(
        charge.account,
        amount=-dispute.amount,
        fee=schedule_at(dispute.created).dispute_pence,
        fee_description="Dispute fee",
        source=dispute.id,
        type="adjustment",
        reporting_category="dispute",
        description=f"Chargeback withdrawal for {charge.id}",
    )
    charge.disputed = True
    charge.save()
    events.record("charge.dispute.created", dispute)
    events.record("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close_dispute(dispute: Dispute, *, is_won: bool) -> Dispute:
    """Close a dispute. A win brings the amount back; the fee is kept either way.

    Raises:
        StripeError: it is closed already.
    """
    if dispute.status in ("won", "lost"):
        raise conflict(f"Dispute {dispute.id} is already closed.", code="dispute_already_closed")
    previous = {"status": dispute.status}
    dispute.status = "won" if is_won else "lost"
    dispute.save()
    if is_won:
        balance.move(
            dispute.account,
            amount=dispute.amount,
            source=dispute.id,
            type="adjustment",
            reporting_category="dispute_reversal",
            description=f"Chargeback reversal for {dispute.charge.id}",
        )
        events.record("charge.dispute.funds_reinstated", dispute)
    events.record("charge.dispute.closed", dispute, previous=previous)
    return dispute
