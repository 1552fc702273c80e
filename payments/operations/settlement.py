"""From what the provider says about a checkout to a receipt and an entry in the books.

# Note [Ask, then lock]
A webhook, a payer's return and the sweep all come here, in any order and at once. Each asks the provider first,
outside any transaction, and then locks the payment and compares: whoever comes second finds the receipt and does
nothing. What a message says is never believed; the provider's own answer is compared with what we asked for.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Unavailable
from payments.models import CheckoutAttempt, Payment, Receipt
from payments.operations import asking, journal, refunding, stripe_gateway
from payments.operations.changes import move_attempt, move_payment, raise_attention, settle_attention
from payments.operations.provider_facts import ChargeFacts, SessionFacts, StatementLine
from payments.states import LIVE_ATTEMPT_STATES, AttemptState, PaymentState

MISMATCH_CODES = ("amount_differs", "currency_differs", "live_mode_differs", "other_payment")


class FeeNotKnownYet(Unavailable):
    """The charge succeeded, and the provider has not worked out its fee yet; ask again in a minute."""

    code = "payments.fee_not_known_yet"


def note_session(*, attempt: CheckoutAttempt, session: SessionFacts, at: datetime) -> Payment:
    """Write down how a checkout page stands; settle the payment if it was paid. Safe to repeat.

    Args:
        attempt: Our row for the page.
        session: The provider's answer, just now.
        at: Now.

    Raises:
        FeeNotKnownYet: it is paid, and cannot be booked yet.
    """
    with transaction.atomic():
        payment = asking.lock_payment_and_purpose(payment_id=attempt.payment_id)
        attempt = CheckoutAttempt.objects.get(pk=attempt.pk)
        _record_session(payment, attempt, session, at=at)
    if session.is_paid and session.charge is not None:
        return settle_charge(payment_id=attempt.payment_id, charge=session.charge, at=at)
    return payment


def _record_session(payment: Payment, attempt: CheckoutAttempt, session: SessionFacts, *, at: datetime) -> None:
    """Bring the locked attempt up to what the provider said."""
    attempt.session_id = session.session_id
    attempt.url = session.url or attempt.url
    attempt.payment_intent_id = session.payment_intent_id or attempt.payment_intent_id
    attempt.decline_code = session.decline_code or attempt.decline_code
    attempt.save()
    if attempt.state == AttemptState.SENT:
        move_attempt(attempt=attempt, to_state=AttemptState.OPEN, at=at)
    if session.status == "complete":
        move_attempt(attempt=attempt, to_state=AttemptState.COMPLETE, at=at)
    elif session.status == "expired" and attempt.state == AttemptState.OPEN:
        move_attempt(attempt=attempt, to_state=AttemptState.EXPIRED, at=at)
    _follow_attempt(payment, attempt, at=at)


def _follow_attempt(payment: Payment, attempt: CheckoutAttempt, *, at: datetime) -> None:
    if attempt.state == AttemptState.OPEN and payment.state == PaymentState.CREATED:
        move_payment(payment=payment, to_state=PaymentState.CHECKOUT_OPEN, at=at)
    if attempt.state != AttemptState.EXPIRED or payment.state not in {
        PaymentState.CREATED,
        PaymentState.CHECKOUT_OPEN,
    }:
        return
    if payment.expires_at <= at:
        asking.end_payment(payment=payment, at=at, reason="not_paid_in_time")
    elif not payment.attempts.filter(state__in=LIVE_ATTEMPT_STATES).exists():
        # The reservation outlives the page: the payer may begin again.
        move_payment(payment=payment, to_state=PaymentState.CREATED, at=at, reason="checkout_expired")


def settle_charge(*, payment_id: int, charge: ChargeFacts, at: datetime) -> Payment:
    """Receipt a charge that succeeded and post it, once; or put it before a person if it does not fit.

    Args:
        payment_id: Row number of our payment.
        charge: The provider's answer, just now.
        at: Now.

    Raises:
        FeeNotKnownYet: the provider has not worked out its fee.
    """
    if not charge.is_paid:
        return asking.get_payment(payment_id=payment_id)
    with transaction.atomic():
        payment = asking.lock_payment_and_purpose(payment_id=payment_id)
        if Receipt.objects.filter(charge_id=charge.charge_id).exists():
            return payment
        misfit = _find_misfit(payment, charge)
        if misfit:
            _set_aside(payment, charge, code=misfit, at=at)
            return payment
        if charge.line is None:
            raise FeeNotKnownYet(_("The payment arrived and is being booked."), charge=charge.charge_id)
        receipt = _receipt(payment, charge, line=charge.line, at=at)
        journal.post_receipt(receipt=receipt, line=charge.line, at=at)
        if receipt.is_duplicate:
            _return_duplicate(receipt, line=charge.line, at=at)
            return payment
        move_payment(payment=payment, to_state=PaymentState.SETTLED, at=charge.line.created_at)
        settle_attention(
            subject=payment.public_id, codes=MISMATCH_CODES, at=at, resolution="The provider's figures fit now."
        )
        journal.purpose_of(payment=payment).settled(payment=payment, at=at)
    return payment


def _find_misfit(payment: Payment, charge: ChargeFacts) -> str:
    """Name what does not fit between a charge and what was asked for; empty when all does."""
    line = charge.line
    facts = {
        "live_mode_differs": charge.is_live != stripe_gateway.is_live(),
        "other_payment": charge.metadata.get("payment") != payment.public_id,
        "currency_differs": charge.currency != payment.currency
        or (line is not None and line.currency != payment.currency),
        "amount_differs": charge.amount != payment.amount_pence
        or (line is not None and line.amount != payment.amount_pence),
    }
    return next((code for code, is_so in facts.items() if is_so), "")


def _set_aside(payment: Payment, charge: ChargeFacts, *, code: str, at: datetime) -> None:
    if payment.state != PaymentState.SETTLED:
        move_payment(payment=payment, to_state=PaymentState.NEEDS_ATTENTION, at=at, reason=code)
    raise_attention(
        key=f"{code}:{charge.charge_id}",
        code=code,
        organisation=payment.organisation,
        subject=payment.public_id,
        at=at,
        facts={
            "charge": charge.charge_id,
            "asked_pence": payment.amount_pence,
            "asked_currency": payment.currency,
            "charged_minor": charge.amount,
            "charged_currency": charge.currency,
        },
    )


def _receipt(payment: Payment, charge: ChargeFacts, *, line: StatementLine, at: datetime) -> Receipt:
    return Receipt.objects.create(
        organisation=payment.organisation,
        payment=payment,
        charge_id=charge.charge_id,
        payment_intent_id=charge.payment_intent_id,
        balance_transaction_id=line.transaction_id,
        gross_pence=line.amount,
        fee_pence=line.fee,
        net_pence=line.net,
        currency=line.currency,
        is_duplicate=payment.state == PaymentState.SETTLED,
        settled_at=line.created_at,
        recorded_at=at,
    )


def _return_duplicate(receipt: Receipt, *, line: StatementLine, at: datetime) -> None:
    """Money that came a second time is owed back at once; nobody has to ask for it."""
    journal.post_duplicate_due_back(receipt=receipt, line=line, at=at)
    refunding.request_refund_of_receipt(
        receipt=receipt,
        amount=receipt.payment.amount,
        reason="paid_twice",
        key=f"duplicate:{receipt.charge_id}",
        actor="system:payments",
        at=at,
    )
