"""Sending money back to the card it came from, once, whatever happens on the way.

# Note [Never twice]
A refund's row and its key are stored before anything is sent. If the process dies between the provider's refund
and our record, the row says "sent": the next worker first asks the provider for the refunds of that charge and
finds ours by the id in its metadata. Only when there is none is it sent again: under the same key while the provider
remembers keys, under a new one after that, because the list has just shown that nothing was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from moneyed import Money

from core.money import from_minor, to_minor
from foundation import outbox
from payments.models import Payment, Receipt, Refund
from payments.operations import asking, journal, stripe_gateway
from payments.operations.changes import SYSTEM, move_refund, raise_attention
from payments.operations.errors import (
    BalanceTooLow,
    NothingToRefund,
    ProviderRefused,
    ProviderUnavailable,
    RefundTooLarge,
)
from payments.operations.provider_facts import RefundFacts
from payments.states import COUNTED_REFUND_STATES, RefundState

REFUND_TOPIC: Final = "payments.refund"
# How long one worker has a refund to itself. A second worker could do no harm, it would only ask twice.
CLAIM: Final = timedelta(minutes=3)
FAILED_AT_PROVIDER: Final = ("failed", "canceled")


def request_refund(
    *, payment_id: int, reason: str, key: str, at: datetime, amount: Money | None = None, actor: str = SYSTEM
) -> Refund:
    """Decide that a payment goes back to its source, in the caller's transaction; it is sent after the commit.

    The caller's purpose posts what makes the money owed (2150 to 2155) in the same transaction; a refund that the
    books do not owe is not sent but put before a person.

    Args:
        payment_id: Row number of the payment.
        reason: Why, as a code or a few words; no personal data.
        key: Made from the event by the caller; the same key gives back the first refund.
        at: Now.
        amount: Whole pence; all that is left when missing.
        actor: Who decided.

    Raises:
        NothingToRefund: no money came, or all of it is on its way back.
        RefundTooLarge: more than is left of the charge.
    """
    refund = prepare_refund(payment_id=payment_id, reason=reason, key=key, at=at, amount=amount, actor=actor)
    _promise(refund, at=at)
    return refund


def request_refund_of_receipt(
    *, receipt: Receipt, amount: Money, reason: str, key: str, actor: str, at: datetime
) -> Refund:
    """Decide that one receipt goes back, in a transaction that holds its payment's lock."""
    refund = _write_refund(receipt, amount=amount, reason=reason, key=key, actor=actor, at=at)
    _promise(refund, at=at)
    return refund


def prepare_refund(
    *, payment_id: int, reason: str, key: str, at: datetime, amount: Money | None = None, actor: str = SYSTEM
) -> Refund:
    """Write down a refund that a run will send; arguments and errors as `request_refund`."""
    with transaction.atomic():
        payment = asking.lock_payment(payment_id=payment_id)
        receipt = payment.receipts.filter(is_duplicate=False).first()
        if receipt is None:
            raise NothingToRefund(_("No money came for this payment."), payment=payment.public_id)
        existing = Refund.objects.filter(receipt=receipt, key=key).first()
        if existing is not None:
            return existing
        left = receipt.gross_pence - refunded_pence(receipt=receipt)
        wanted = left if amount is None else to_minor(amount)
        if left == 0:
            raise NothingToRefund(_("All of this payment is on its way back already."), payment=payment.public_id)
        if not 0 < wanted <= left:
            raise RefundTooLarge(_("A refund cannot exceed what is left of the payment."), left_pence=left)
        money = from_minor(wanted, receipt.currency)
        return _write_refund(receipt, amount=money, reason=reason, key=key, actor=actor, at=at)


def refunded_pence(*, receipt: Receipt) -> int:
    """Add up the refunds of a receipt that are under way or done, in pence."""
    counted = receipt.refunds.filter(state__in=COUNTED_REFUND_STATES, amount_currency=receipt.currency)
    total = counted.aggregate(total=Sum("amount"))["total"]
    return 0 if total is None else to_minor(Money(total, receipt.currency))


def _write_refund(receipt: Receipt, *, amount: Money, reason: str, key: str, actor: str, at: datetime) -> Refund:
    refund, _created = Refund.objects.get_or_create(
        receipt=receipt,
        key=key,
        defaults={
            "organisation_id": receipt.organisation_id,
            "amount": amount,
            "reason": reason,
            "requested_by": actor,
            "requested_at": at,
        },
    )
    return refund


def _promise(refund: Refund, *, at: datetime) -> None:
    outbox.enqueue(topic=REFUND_TOPIC, key=refund.public_id, payload={"refund_id": refund.pk}, at=at)


@dataclass(frozen=True, kw_only=True)
class _Claim:
    """A refund that this worker may send now, with what it needs to know."""

    refund: Refund
    account: str
    was_sent_before: bool


def send_refund(*, refund_id: int, at: datetime) -> Refund:
    """Send a refund to the provider and write down the answer. Outside any transaction; safe to repeat.

    Args:
        refund_id: Row number of the refund.
        at: Now.

    Returns:
        The refund as it stands; unchanged while another worker has it, or when the books do not owe it.

    Raises:
        ProviderUnavailable: no answer; the next try asks before it sends.
        BalanceTooLow: nothing was moved; the refund waits as requested.
    """
    claim = _claim(refund_id, at=at)
    if claim is None:
        return Refund.objects.get(pk=refund_id)
    try:
        answer = _find_or_send(claim, at=at)
    except BalanceTooLow:
        _put_back(refund_id, at=at)
        raise
    except ProviderUnavailable:
        _release_claim(refund_id)
        raise
    except ProviderRefused as refusal:
        return _give_up(refund_id, refusal=refusal, at=at)
    return record_refund(refund_id=refund_id, answer=answer, at=at)


def _claim(refund_id: int, *, at: datetime) -> _Claim | None:
    """Take a refund for this worker and store that it is about to be sent, before it is."""
    with transaction.atomic():
        refund = _lock(refund_id)
        payment = refund.payment
        was_sent_before = refund.state == RefundState.SENT
        if refund.state not in {RefundState.REQUESTED, RefundState.SENT}:
            return None
        if was_sent_before and refund.claimed_until_at is not None and refund.claimed_until_at > at:
            return None
        if not journal.is_owed_back(payment=payment, amount=refund.amount_pence):
            _not_owed(refund, at=at)
            return None
        refund.claimed_until_at = at + CLAIM
        if was_sent_before:
            refund.save()
        else:
            refund.sent_at = at
            move_refund(refund=refund, to_state=RefundState.SENT, at=at)
        account = asking.account_of(organisation=payment.organisation).account_id
        return _Claim(refund=refund, account=account, was_sent_before=was_sent_before)


def _lock(refund_id: int) -> Refund:
    """Lock the payment, then its refund: the order that everything about money keeps."""
    payment_id = Refund.objects.values_list("receipt__payment_id", flat=True).get(pk=refund_id)
    asking.lock_payment_and_purpose(payment_id=payment_id)
    rows = Refund.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("receipt__payment__organisation").get(pk=refund_id)


def _not_owed(refund: Refund, *, at: datetime) -> None:
    raise_attention(
        key=f"refund_not_owed:{refund.public_id}",
        code="refund_not_owed",
        organisation=refund.payment.organisation,
        subject=refund.public_id,
        at=at,
        facts={"amount_pence": refund.amount_pence, "payment": refund.payment.public_id},
    )


def _find_or_send(claim: _Claim, *, at: datetime) -> RefundFacts:
    refund = claim.refund
    if claim.was_sent_before:
        found = find_at_provider(refund=refund, account=claim.account)
        if found is not None:
            return found
        _renew_key_if_forgotten(refund, at=at)
    return stripe_gateway.create_refund(
        account=claim.account,
        key=refund.idempotency_key,
        charge_id=refund.receipt.charge_id,
        amount=refund.amount_pence,
        metadata={"refund": refund.public_id, "payment": refund.payment.public_id},
    )


def find_at_provider(*, refund: Refund, account: str) -> RefundFacts | None:
    """Look for a refund of ours among the provider's refunds of its charge.

    Raises:
        ProviderUnavailable: no answer.
    """
    answers = stripe_gateway.list_refunds_of_charge(account=account, charge_id=refund.receipt.charge_id)
    return next((one for one in answers if one.metadata.get("refund") == refund.public_id), None)


def _renew_key_if_forgotten(refund: Refund, *, at: datetime) -> None:
    assert refund.sent_at is not None, "a refund that was sent says when"
    if refund.sent_at + stripe_gateway.KEY_LIFETIME <= at:
        refund.attempt += 1
        refund.sent_at = at
        refund.save(update_fields=["attempt", "sent_at"])


def _put_back(refund_id: int, *, at: datetime) -> None:
    """The provider moved nothing. It may remember that answer under the key, so the next try has another."""
    with transaction.atomic():
        refund = _lock(refund_id)
        if refund.state == RefundState.SENT:
            refund.attempt += 1
            refund.claimed_until_at = None
            move_refund(refund=refund, to_state=RefundState.REQUESTED, at=at, reason="balance_too_low")


def _release_claim(refund_id: int) -> None:
    Refund.objects.filter(pk=refund_id).update(claimed_until_at=None)


def _give_up(refund_id: int, *, refusal: ProviderRefused, at: datetime) -> Refund:
    """The provider will never make this refund; the money is still owed, and a person sees to it."""
    with transaction.atomic():
        refund = _lock(refund_id)
        if refund.state == RefundState.SENT:
            refund.failure_code = str(refusal.facts.get("provider_code", "refused"))[:60]
            _fail(refund, at=at)
    return refund


def _fail(refund: Refund, *, at: datetime) -> None:
    """Move a locked refund to failed, tell its purpose and put it before a person."""
    move_refund(refund=refund, to_state=RefundState.FAILED, at=at, reason=refund.failure_code)
    raise_attention(
        key=f"refund_failed:{refund.public_id}",
        code="refund_failed",
        organisation=refund.payment.organisation,
        subject=refund.public_id,
        at=at,
        facts={"amount_pence": refund.amount_pence, "provider_code": refund.failure_code},
    )
    if not refund.receipt.is_duplicate:
        journal.purpose_of(payment=refund.payment).refund_failed(refund=refund, at=at)


def record_refund(*, refund_id: int, answer: RefundFacts, at: datetime) -> Refund:
    """Write down what the provider says of a refund, and post what left or came back. Safe to repeat.

    Args:
        refund_id: Row number of the refund.
        answer: The provider's answer, just now.
        at: Now.
    """
    with transaction.atomic():
        refund = _lock(refund_id)
        assert answer.charge_id == refund.receipt.charge_id, "the provider answered about another charge"
        if answer.amount != refund.amount_pence or answer.currency != refund.receipt.currency:
            _refund_differs(refund, answer, at=at)
            return refund
        refund.provider_refund_id = answer.refund_id
        refund.claimed_until_at = None
        _post_movements(refund, answer, at=at)
        refund.save()
        _follow_status(refund, answer, at=at)
    return refund


def _post_movements(refund: Refund, answer: RefundFacts, *, at: datetime) -> None:
    # The books follow the balance: a slow card's refund leaves it before it succeeds.
    if answer.line is not None and not journal.is_posted(kind="refund", object_id=answer.refund_id):
        refund.balance_transaction_id = answer.line.transaction_id
        journal.post_refund(refund=refund, refund_id=answer.refund_id, line=answer.line, at=at)
    if answer.failure_line is not None and not journal.is_posted(kind="refund_failed", object_id=answer.refund_id):
        journal.post_refund_failed(refund=refund, refund_id=answer.refund_id, line=answer.failure_line, at=at)


def _follow_status(refund: Refund, answer: RefundFacts, *, at: datetime) -> None:
    if answer.status in FAILED_AT_PROVIDER and refund.state != RefundState.FAILED:
        refund.failure_code = answer.failure_code or answer.status
        _fail(refund, at=at)
    elif (
        answer.status == "succeeded"
        and answer.line is not None
        and refund.state
        in {
            RefundState.SENT,
            RefundState.PENDING,
        }
    ):
        move_refund(refund=refund, to_state=RefundState.SUCCEEDED, at=answer.line.created_at)
        # Money that came twice never belonged to the purpose, so it hears nothing of its return.
        if not refund.receipt.is_duplicate:
            journal.purpose_of(payment=refund.payment).refunded(refund=refund, at=at)
    elif answer.status in {"pending", "requires_action"} and refund.state == RefundState.SENT:
        move_refund(refund=refund, to_state=RefundState.PENDING, at=at)


def _refund_differs(refund: Refund, answer: RefundFacts, *, at: datetime) -> None:
    raise_attention(
        key=f"refund_differs:{answer.refund_id}",
        code="refund_differs",
        organisation=refund.payment.organisation,
        subject=refund.public_id,
        at=at,
        facts={"asked_pence": refund.amount_pence, "made_minor": answer.amount, "currency": answer.currency},
    )


def note_refund(*, payment: Payment, answer: RefundFacts, at: datetime) -> Refund | None:
    """Find our row for a refund of the provider's and bring it up to date; one that is not ours goes to a person.

    Args:
        payment: The payment whose charge it concerns.
        answer: The provider's answer, just now.
        at: Now.
    """
    ours = Refund.objects.filter(receipt__payment=payment)
    refund = (
        ours.filter(provider_refund_id=answer.refund_id).first()
        or ours.filter(public_id=answer.metadata.get("refund", "")).first()
    )
    if refund is not None and refund.state != RefundState.REQUESTED:
        return record_refund(refund_id=refund.pk, answer=answer, at=at)
    raise_attention(
        key=f"refund_elsewhere:{answer.refund_id}",
        code="refund_elsewhere",
        organisation=payment.organisation,
        subject=payment.public_id,
        at=at,
        facts={"refund": answer.refund_id, "amount_minor": answer.amount, "currency": answer.currency},
    )
    return None


def follow_refund(*, refund_id: int, at: datetime) -> Refund:
    """Ask how a refund stands that the provider has taken on; one that was never answered is sent again.

    Args:
        refund_id: Row number of the refund.
        at: Now.

    Raises:
        ProviderUnavailable: no answer.
        BalanceTooLow: as `send_refund`.
    """
    refund = Refund.objects.select_related("receipt__payment__organisation").get(pk=refund_id)
    if refund.provider_refund_id is None:
        return send_refund(refund_id=refund_id, at=at)
    account = asking.account_of(organisation=refund.payment.organisation).account_id
    answer = stripe_gateway.get_refund(account=account, refund_id=refund.provider_refund_id)
    return record_refund(refund_id=refund_id, answer=answer, at=at)
