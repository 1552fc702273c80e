"""A card holder's dispute: the money leaves the balance, and comes back if it is won."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from payments.models import Dispute, Receipt
from payments.operations import asking, journal
from payments.operations.changes import move_dispute, raise_attention, settle_attention
from payments.operations.provider_facts import DisputeFacts, StatementLine
from payments.states import DisputeState


def note_dispute(*, receipt: Receipt, answer: DisputeFacts, at: datetime) -> Dispute:
    """Write down how a dispute stands and post what it moved. Safe to repeat, and in any order of its events.

    Args:
        receipt: The receipt of the disputed charge.
        answer: The provider's answer, just now.
        at: Now.
    """
    assert answer.charge_id == receipt.charge_id, "the provider answered about another charge"
    with transaction.atomic():
        payment = asking.lock_payment_and_purpose(payment_id=receipt.payment_id)
        dispute = (
            Dispute.objects.select_related("receipt__payment__organisation")
            .filter(dispute_id=answer.dispute_id)
            .first()
        )
        is_new = dispute is None
        if dispute is None:
            dispute = Dispute.objects.create(
                organisation=payment.organisation,
                receipt=receipt,
                dispute_id=answer.dispute_id,
                amount_pence=answer.amount,
                fee_pence=sum(max(0, line.fee) for line in answer.lines),
                currency=answer.currency,
                provider_reason=answer.reason,
                held_account=journal.choose_disputed_account(payment=payment, amount=answer.amount),
                evidence_due_at=answer.evidence_due_at,
                opened_at=answer.created_at,
            )
        for line in answer.lines:
            _post_line(dispute, line, at=at)
        if is_new:
            _tell_of_opening(dispute, at=at)
            journal.purpose_of(payment=payment).disputed(payment=payment, at=at)
        _follow_status(dispute, answer, at=at)
    return dispute


def _post_line(dispute: Dispute, line: StatementLine, *, at: datetime) -> None:
    kind = "dispute" if line.amount < 0 else "dispute_won"
    if line.amount == 0 or journal.is_posted(kind=kind, object_id=dispute.dispute_id):
        return
    if kind == "dispute":
        journal.post_dispute(dispute=dispute, line=line, at=at)
    else:
        journal.post_dispute_won(dispute=dispute, line=line, at=at)


def _tell_of_opening(dispute: Dispute, *, at: datetime) -> None:
    due = dispute.evidence_due_at
    raise_attention(
        key=f"dispute_opened:{dispute.dispute_id}",
        code="dispute_opened",
        organisation=dispute.organisation,
        subject=dispute.public_id,
        at=at,
        facts={"amount_pence": dispute.amount_pence, "evidence_due_at": due.isoformat() if due else ""},
    )


def _follow_status(dispute: Dispute, answer: DisputeFacts, *, at: datetime) -> None:
    is_over = answer.status in {"won", "lost", "warning_closed"}
    if not is_over or dispute.state != DisputeState.OPEN:
        return
    settle_attention(
        subject=dispute.public_id, codes=("dispute_opened",), at=at, resolution=f"The dispute ended: {answer.status}."
    )
    # An inquiry that was closed took no money, which is as good as won.
    if answer.status != "lost":
        move_dispute(dispute=dispute, to_state=DisputeState.WON, at=at)
        return
    move_dispute(dispute=dispute, to_state=DisputeState.LOST, at=at)
    if dispute.held_account == journal.DISPUTED:
        # Rows 17 and 18: whether the shares are cancelled or stand is for the committee to decide.
        raise_attention(
            key=f"dispute_lost:{dispute.dispute_id}",
            code="dispute_lost",
            organisation=dispute.organisation,
            subject=dispute.public_id,
            at=at,
            facts={"amount_pence": dispute.amount_pence},
        )
