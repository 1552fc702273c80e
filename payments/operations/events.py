"""The provider's signed messages: stored as they came, answered at once, worked on afterwards.

# Note [A message is a hint]
The bytes are stored before anything is done with them, in a transaction of their own, so that the evidence outlives
whatever goes wrong later. Processing takes from them only which object to ask about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import DomainError
from foundation import outbox
from payments.models import (
    CheckoutAttempt,
    Payment,
    ProviderAccount,
    ProviderEvent,
    ProviderEventBody,
    ProviderEventProgress,
    Receipt,
)
from payments.operations import disputing, refunding, stripe_gateway
from payments.operations.changes import raise_attention
from payments.operations.errors import MissingAtProvider
from payments.operations.provider_facts import ChargeFacts, SessionFacts
from payments.operations.settlement import note_session, settle_charge
from payments.states import EventState

EVENT_TOPIC: Final = "payments.event"
ERROR_LENGTH: Final = 300


class Handler(Protocol):
    """Asks the provider about one object and acts on the answer; tells whether the object is ours."""

    def __call__(self, *, account: ProviderAccount, object_id: str, at: datetime) -> bool:
        """Do it."""
        ...


class ChargeNotBooked(DomainError):
    """A refund or dispute belongs to a charge that did not fit its payment, or that never succeeded."""

    code = "payments.charge_not_booked"


def receive_event(*, body: bytes, signature: str, at: datetime) -> ProviderEvent:
    """Check a message's signature and store it, once. It is processed after the commit.

    Args:
        body: The bytes as they came.
        signature: The `Stripe-Signature` header.
        at: Now.

    Raises:
        SignatureInvalid: forged, damaged, or older than five minutes.
    """
    told = stripe_gateway.read_signed_event(body=body, signature=signature)
    known = ProviderEvent.objects.filter(event_id=told.event_id, account=told.account).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            event = ProviderEvent.objects.create(
                event_id=told.event_id,
                account=told.account,
                type=told.type,
                object_id=told.object_id,
                is_live=told.is_live,
                created_at=told.created_at,
                received_at=at,
                body_sha256=hashlib.sha256(body).hexdigest(),
            )
            ProviderEventBody.objects.create(event=event, raw=body, received_at=at)
            ProviderEventProgress.objects.create(event=event)
            outbox.enqueue(topic=EVENT_TOPIC, key=event.public_id, payload={"event_id": event.pk}, at=at)
    except IntegrityError:
        # Another worker stored the same message at this instant.
        return ProviderEvent.objects.get(event_id=told.event_id, account=told.account)
    return event


def process_event(*, event_id: int, at: datetime) -> ProviderEventProgress:
    """Ask the provider about what a stored message hints at, and act on the answer. Safe to repeat.

    Outside any transaction.

    Args:
        event_id: Row number of the event.
        at: Now.

    Raises:
        ProviderUnavailable: the provider does not answer; try again.
        FeeNotKnownYet: the payment cannot be booked yet; try again in a minute.
    """
    progress = ProviderEventProgress.objects.select_related("event").get(event_id=event_id)
    if progress.state != EventState.RECEIVED:
        return progress
    event = progress.event
    try:
        state, error = _handle(event, at=at)
    except Exception as failure:
        # Kept for whoever looks; the outbox decides when to try again.
        ProviderEventProgress.objects.filter(pk=progress.pk).update(
            tries=progress.tries + 1, error=_name_of(failure)[:ERROR_LENGTH]
        )
        raise
    progress.state, progress.error, progress.finished_at = state, error, at
    progress.tries += 1
    progress.save()
    return progress


def _name_of(failure: Exception) -> str:
    """The class and code of an error, never its words: they may name a person."""
    return f"{type(failure).__name__} {getattr(failure, 'code', '')}".strip()


def _handle(event: ProviderEvent, *, at: datetime) -> tuple[str, str]:
    handler = HANDLERS.get(event.type)
    if handler is None:
        return EventState.IGNORED, ""
    if event.is_live != stripe_gateway.is_live():
        return _refuse(event, "live_mode_differs", at=at)
    account = ProviderAccount.objects.select_related("organisation").filter(account_id=event.account).first()
    if account is None:
        return _refuse(event, "unknown_account", at=at)
    try:
        is_ours = handler(account=account, object_id=event.object_id, at=at)
    except MissingAtProvider:
        return _refuse(event, "missing_at_provider", account=account, at=at)
    except ChargeNotBooked:
        return _refuse(event, "charge_not_booked", account=account, at=at)
    return (EventState.PROCESSED if is_ours else EventState.IGNORED), ""


def _refuse(
    event: ProviderEvent, code: str, *, at: datetime, account: ProviderAccount | None = None
) -> tuple[str, str]:
    raise_attention(
        key=f"event:{event.public_id}",
        code=f"event_{code}",
        organisation=account.organisation if account else None,
        subject=event.public_id,
        at=at,
        facts={"event": event.event_id, "type": event.type, "account": event.account, "object": event.object_id},
    )
    return EventState.FAILED, code


# --- One handler for each kind of object; each tells whether the object is ours ---------------------


def note_session_of(*, account: ProviderAccount, object_id: str, at: datetime) -> bool:
    """Ask about a checkout page and settle its payment if it was paid."""
    known = _attempts(account).filter(session_id=object_id).first()
    if known is not None and Receipt.objects.filter(payment=known.payment_id, is_duplicate=False).exists():
        return True
    session = stripe_gateway.get_session(account=account.account_id, session_id=object_id)
    attempt = known or _attempt_named_by(account, session)
    if attempt is None:
        return False
    note_session(attempt=attempt, session=session, at=at)
    return True


def _attempts(account: ProviderAccount) -> QuerySet[CheckoutAttempt]:
    return CheckoutAttempt.objects.select_related("payment__organisation").filter(
        payment__organisation=account.organisation
    )


def _attempt_named_by(account: ProviderAccount, session: SessionFacts) -> CheckoutAttempt | None:
    """Find our attempt when the message overtook the answer that would have told us the page's id."""
    return _attempts(account).filter(public_id=session.metadata.get("attempt", "")).first()


def note_intent(*, account: ProviderAccount, object_id: str, at: datetime) -> bool:
    """Ask for the page behind a payment intent, then about that page."""
    session = stripe_gateway.find_session_of_intent(account=account.account_id, payment_intent_id=object_id)
    return session is not None and note_session_of(account=account, object_id=session.session_id, at=at)


def note_charge(*, account: ProviderAccount, object_id: str, at: datetime) -> bool:
    """Ask about a charge and settle its payment if it succeeded."""
    if Receipt.objects.filter(charge_id=object_id).exists():
        return True
    charge = stripe_gateway.get_charge(account=account.account_id, charge_id=object_id)
    payment = find_payment(account=account, charge=charge)
    if payment is None:
        return False
    settle_charge(payment_id=payment.pk, charge=charge, at=at)
    return True


def find_payment(*, account: ProviderAccount, charge: ChargeFacts) -> Payment | None:
    """Find our payment for a charge, by what we wrote on it; only among those of the account's organisation."""
    return Payment.objects.filter(
        organisation=account.organisation, public_id=charge.metadata.get("payment", "")
    ).first()


def note_refund_of(*, account: ProviderAccount, object_id: str, at: datetime) -> bool:
    """Ask about a refund and bring ours up to date."""
    answer = stripe_gateway.get_refund(account=account.account_id, refund_id=object_id)
    receipt = _receipt_of(account, answer.charge_id, at=at)
    if receipt is None:
        return False
    refunding.note_refund(payment=receipt.payment, answer=answer, at=at)
    return True


def note_refunds_of_charge(*, account: ProviderAccount, object_id: str, at: datetime) -> bool:
    """Ask about every refund of a charge."""
    receipt = _receipt_of(account, object_id, at=at)
    if receipt is None:
        return False
    for answer in stripe_gateway.list_refunds_of_charge(account=account.account_id, charge_id=object_id):
        refunding.note_refund(payment=receipt.payment, answer=answer, at=at)
    return True


def note_dispute_of(*, account: ProviderAccount, object_id: str, at: datetime) -> bool:
    """Ask about a dispute and write down how it stands."""
    answer = stripe_gateway.get_dispute(account=account.account_id, dispute_id=object_id)
    receipt = _receipt_of(account, answer.charge_id, at=at)
    if receipt is None:
        return False
    disputing.note_dispute(receipt=receipt, answer=answer, at=at)
    return True


def _receipt_of(account: ProviderAccount, charge_id: str, *, at: datetime) -> Receipt | None:
    """Find the receipt of a charge, booking the charge first where its own message has not come yet."""
    receipts = Receipt.objects.select_related("payment__organisation").filter(organisation=account.organisation)
    receipt = receipts.filter(charge_id=charge_id).first()
    if receipt is not None or not note_charge(account=account, object_id=charge_id, at=at):
        return receipt
    receipt = receipts.filter(charge_id=charge_id).first()
    if receipt is None:
        raise ChargeNotBooked(_("The charge is not in the books."), charge=charge_id)
    return receipt


HANDLERS: Final[Mapping[str, Handler]] = {
    "checkout.session.completed": note_session_of,
    "checkout.session.async_payment_succeeded": note_session_of,
    "checkout.session.async_payment_failed": note_session_of,
    "checkout.session.expired": note_session_of,
    "payment_intent.succeeded": note_intent,
    "payment_intent.payment_failed": note_intent,
    "charge.succeeded": note_charge,
    "charge.updated": note_charge,
    "charge.refunded": note_refunds_of_charge,
    "charge.refund.updated": note_refund_of,
    "refund.created": note_refund_of,
    "refund.updated": note_refund_of,
    "refund.failed": note_refund_of,
    "charge.dispute.created": note_dispute_of,
    "charge.dispute.updated": note_dispute_of,
    "charge.dispute.closed": note_dispute_of,
    "charge.dispute.funds_withdrawn": note_dispute_of,
    "charge.dispute.funds_reinstated": note_dispute_of,
}
