"""Refunds: drawn from the available balance, waiting where it is short, failing where the card says so."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from standin import clock
from standin.acts import balance, events
from standin.cards import CARDS, find_card
from standin.errors import conflict
from standin.models import Account, Charge, Refund
from standin.store import new_id

# How long a practice card takes over a refund that is pending, or that fails after it seemed to succeed.
SLOW_CARD_SECONDS = 24 * 60 * 60


def request_refund(charge: Charge, *, amount: int | None, reason: str = "", metadata: dict[str, str]) -> Refund:
    """Refund a charge, in full or in part.

    Args:
        charge: what is refunded.
        amount: pence, or None for all that is left.
        reason: one of Stripe's reasons, or empty.
        metadata: kept with the refund.

    Returns:
        The refund, succeeded or pending. Stripe keeps the fee of the charge.

    Raises:
        StripeError: the charge did not succeed, is refunded already, is disputed, or has less left than asked for,
            or the balance is short and the account was told to refuse then.
    """
    left = charge.amount - charge.amount_refunded
    asked = left if amount is None else amount
    _check_refundable(charge, asked=asked, left=left)

    refund = Refund.objects.create(
        id=new_id("re"),
        account=charge.account,
        created=clock.now(),
        charge=charge,
        amount=asked,
        currency=charge.currency,
        reason=reason,
        metadata=metadata,
        status="pending",
    )
    previous = {"amount_refunded": charge.amount_refunded, "refunded": False}
    charge.amount_refunded += asked
    charge.save()
    _pay_or_wait(refund)
    events.record("refund.created", refund)
    events.record("charge.refunded", charge, previous=previous)
    return refund


def _check_refundable(charge: Charge, *, asked: int, left: int) -> None:
    if charge.status != "succeeded":
        message = f"Charge {charge.id} has not succeeded, so it cannot be refunded."
        raise conflict(message, code="charge_not_refundable")
    if charge.disputed:
        raise conflict(f"Charge {charge.id} has been charged back; cannot issue a refund.", code="charge_disputed")
    if left == 0:
        raise conflict(f"Charge {charge.id} has already been refunded.", code="charge_already_refunded")
    if asked > left:
        message = (
            f"Refund amount (£{asked // 100}.{asked % 100:02}) is greater than unrefunded amount on charge "
            f"(£{left // 100}.{left % 100:02})"
        )
        raise conflict(message, code="amount_too_large", param="amount")


def _pay_or_wait(refund: Refund) -> bool:
    """Draw the money if it is there; otherwise leave the refund pending, with the reason. Tell whether it was drawn."""
    available, _ = balance.compute_balance(refund.account)
    if refund.amount > available and refund.account.short_refunds == "refuse":
        message = "Insufficient funds in your Stripe balance to refund this amount."
        raise conflict(message, code="balance_insufficient")
    if refund.amount > available and refund.account.short_refunds == "wait":
        refund.pending_reason = "insufficient_funds"
        refund.save()
        return False
    refund.balance_transaction = balance.move(
        refund.account,
        amount=-refund.amount,
        source=refund.id,
        type="refund",
        reporting_category="refund",
        description="REFUND FOR CHARGE",
    )
    card = find_card(refund.charge.card_number)
    is_slow = card is not None and card.refund == "pending"
    refund.status = "pending" if is_slow else "succeeded"
    refund.pending_reason = "processing" if is_slow else ""
    refund.save()
    return True


def pay_waiting_refunds(account: Account) -> int:
    """Pay the refunds that waited for money, oldest first, until one is too large; return how many were paid."""
    paid = 0
    for refund in find_waiting_refunds().filter(account=account):
        if not _pay_or_wait(refund):
            break
        _tell_of_update(refund, previous={"status": "pending", "balance_transaction": None})
        paid += 1
    return paid


def finish_slow_refunds() -> None:
    """Let the slow practice cards finish: pending refunds succeed, and those that were to fail do so."""
    for refund in find_slow_refunds():
        if refund.status == "succeeded":
            fail_refund(refund, reason="expired_or_canceled_card")
            continue
        refund.status = "succeeded"
        refund.pending_reason = ""
        refund.save()
        _tell_of_update(refund, previous={"status": "pending"})


def find_slow_refunds() -> QuerySet[Refund]:
    """Return the refunds to slow practice cards that are due to change, oldest first."""
    failing = [card.number for card in CARDS if card.refund == "fails"]
    overdue = Refund.objects.filter(created__lte=clock.now() - SLOW_CARD_SECONDS)
    return overdue.filter(
        Q(status="pending", pending_reason="processing") | Q(status="succeeded", charge__card_number__in=failing)
    ).order_by("number")


def find_waiting_refunds() -> QuerySet[Refund]:
    """Return the refunds that wait for money, oldest first."""
    return Refund.objects.filter(status="pending", pending_reason="insufficient_funds").order_by("number")


def fail_refund(refund: Refund, *, reason: str) -> Refund:
    """Fail a refund: money that was drawn comes back to the balance, and the charge is owed it again.

    Raises:
        StripeError: it has failed already.
    """
    if refund.status in ("failed", "canceled"):
        raise conflict(f"Refund {refund.id} has already failed.", code="refund_already_failed")
    previous = {"status": refund.status}
    if refund.balance_transaction is not None:
        refund.failure_balance_transaction = balance.move(
            refund.account,
            amount=refund.amount,
            source=refund.id,
            type="refund_failure",
            reporting_category="refund_failure",
            description="REFUND FAILURE",
        )
    refund.status = "failed"
    refund.pending_reason = ""
    refund.failure_reason = reason
    refund.save()
    charge = refund.charge
    charge.amount_refunded -= refund.amount
    charge.save()
    events.record("refund.failed", refund)
    _tell_of_update(refund, previous=previous)
    return refund


def _tell_of_update(refund: Refund, *, previous: Mapping[str, str | None]) -> None:
    events.record("refund.updated", refund, previous=previous)
    events.record("charge.refund.updated", refund, previous=previous)
