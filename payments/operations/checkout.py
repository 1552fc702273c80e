"""Opening, finding again and closing a checkout page at the provider."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import outbox
from payments.models import CheckoutAttempt, Payment
from payments.operations import asking, stripe_gateway
from payments.operations.changes import move_attempt, raise_attention
from payments.operations.errors import (
    PaymentAlreadySettled,
    PaymentEnded,
    PaymentNeedsAttention,
    ProviderRefused,
    ProviderUnavailable,
)
from payments.operations.provider_facts import SessionFacts
from payments.operations.settlement import FeeNotKnownYet, note_session
from payments.states import LIVE_ATTEMPT_STATES, AttemptState, PaymentState

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

EXPIRE_TOPIC: Final = "payments.expire_checkout"
# The provider keeps a page open for 30 minutes at least and 24 hours at most, by its own clock.
SHORTEST_SESSION: Final = timedelta(minutes=31)
LONGEST_SESSION: Final = timedelta(hours=23, minutes=30)
# Opening takes: look at an old page, give it up, open another.
MOST_STEPS: Final = 4
LOOK_BACK: Final = timedelta(minutes=10)


def start_checkout(*, payment_id: int, success_url: str, cancel_url: str, at: datetime) -> str:
    """Give the address of a checkout page for a payment: the one that is open, or a new one.

    Outside any transaction, because it asks the provider. Safe to repeat and to run twice at once: our key makes
    the provider open one page. A page that expired is never handed out again.

    Args:
        payment_id: Row number of the payment.
        success_url: Where the payer comes back to after paying.
        cancel_url: Where the payer comes back to without paying.
        at: Now.

    Returns:
        Where to send the payer.

    Raises:
        PaymentAlreadySettled: the money is there.
        PaymentEnded: the time to pay is over.
        PaymentNeedsAttention: a person is looking at money that came for it.
        ProviderUnavailable: the provider does not answer; try again.
        ProviderRefused: the provider will not take money for this organisation.
    """
    for _step in range(MOST_STEPS):
        attempt, is_new = _live_attempt(payment_id, success_url=success_url, cancel_url=cancel_url, at=at)
        url = _try_attempt(attempt, is_new=is_new, at=at)
        if url:
            return url
    raise ProviderUnavailable(_("The checkout page could not be opened. Please try again in a minute."))


def _live_attempt(payment_id: int, *, success_url: str, cancel_url: str, at: datetime) -> tuple[CheckoutAttempt, bool]:
    """Find the attempt that is alive, or write down a new one with its key before anything is sent."""
    with transaction.atomic():
        payment = asking.lock_payment(payment_id=payment_id)
        _check_payable(payment, at=at)
        live = payment.attempts.filter(state__in=LIVE_ATTEMPT_STATES).first()
        if live is not None:
            return live, False
        number = payment.attempts.count() + 1
        attempt = CheckoutAttempt.objects.create(
            payment=payment,
            number=number,
            idempotency_key=f"checkout:{payment.public_id}:{number}",
            success_url=success_url,
            cancel_url=cancel_url,
            session_expires_at=min(max(payment.expires_at, at + SHORTEST_SESSION), at + LONGEST_SESSION),
            sent_at=at,
        )
        return attempt, True


def _check_payable(payment: Payment, *, at: datetime) -> None:
    if payment.state == PaymentState.SETTLED:
        raise PaymentAlreadySettled(_("This has been paid: there is nothing more to pay."))
    if payment.state == PaymentState.NEEDS_ATTENTION:
        raise PaymentNeedsAttention(
            _(
                "Your payment arrived, but something about it does not fit. The society's treasurer has been told; "
                "please do not pay again."
            )
        )
    if payment.state == PaymentState.ENDED or payment.expires_at <= at:
        raise PaymentEnded(_("The time to pay is over. Please begin again."))


def _try_attempt(attempt: CheckoutAttempt, *, is_new: bool, at: datetime) -> str:
    """Give the page's address, or nothing when another step is needed."""
    if attempt.state == AttemptState.OPEN:
        session = _ask_about(attempt)
        note_session(attempt=attempt, session=session, at=at)
        return session.url if session.status == "open" else ""
    session_or_none = send_attempt(attempt=attempt, at=at)
    if session_or_none is None:
        return ""
    note_session(attempt=attempt, session=session_or_none, at=at)
    # A repeated request is answered with what was true the first time; the next step asks how the page is now.
    return session_or_none.url if is_new else ""


def _ask_about(attempt: CheckoutAttempt) -> SessionFacts:
    account = asking.account_of(organisation=attempt.payment.organisation)
    assert attempt.session_id, "a page that was opened has an id"
    return stripe_gateway.get_session(account=account.account_id, session_id=attempt.session_id)


def send_attempt(*, attempt: CheckoutAttempt, at: datetime) -> SessionFacts | None:
    """Send, or send again, the request that opens a page; None when the attempt is given up.

    While the provider remembers the key, the same request again gives the same page. After that it is looked for
    among the pages of that day: sending blind could open a second page for the same money.

    Raises:
        ProviderUnavailable: no answer; the attempt stays as it is.
        ProviderRefused: the provider will not open a page; the attempt has failed.
    """
    account = asking.account_of(organisation=attempt.payment.organisation).account_id
    if attempt.sent_at + stripe_gateway.KEY_LIFETIME <= at:
        session = _find_lost_session(attempt, account=account)
        if session is None:
            _fail_attempt(attempt, at=at)
        return session
    try:
        return stripe_gateway.create_session(
            account=account, key=attempt.idempotency_key, params=_session_params(attempt)
        )
    except ProviderRefused as refusal:
        _fail_attempt(attempt, at=at)
        raise_attention(
            key=f"checkout_refused:{attempt.public_id}",
            code="checkout_refused",
            organisation=attempt.payment.organisation,
            subject=attempt.payment.public_id,
            at=at,
            facts=refusal.facts,
        )
        raise


def _session_params(attempt: CheckoutAttempt) -> SessionCreateParams:
    """Put the request together from what was stored, so that a repeat is the same to the letter."""
    payment = attempt.payment
    metadata = {"payment": payment.public_id, "attempt": attempt.public_id}
    params: SessionCreateParams = {
        "mode": "payment",
        "client_reference_id": payment.public_id,
        "success_url": attempt.success_url,
        "cancel_url": attempt.cancel_url,
        "expires_at": int(attempt.session_expires_at.timestamp()),
        "payment_method_types": ["card"],
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": payment.currency.lower(),
                    "unit_amount": payment.amount_pence,
                    "product_data": {"name": payment.description},
                },
            }
        ],
        "metadata": metadata,
        "payment_intent_data": {"description": payment.description, "metadata": metadata},
    }
    if payment.payer_email:
        params["customer_email"] = payment.payer_email
    return params


def _find_lost_session(attempt: CheckoutAttempt, *, account: str) -> SessionFacts | None:
    sessions = stripe_gateway.list_sessions_created(
        account=account, since=attempt.sent_at - LOOK_BACK, until=attempt.sent_at + stripe_gateway.KEY_LIFETIME
    )
    found = next((one for one in sessions if one.metadata.get("attempt") == attempt.public_id), None)
    if found is None:
        return None
    return stripe_gateway.get_session(account=account, session_id=found.session_id)


def _fail_attempt(attempt: CheckoutAttempt, *, at: datetime) -> None:
    with transaction.atomic():
        asking.lock_payment(payment_id=attempt.payment_id)
        attempt.refresh_from_db()
        if attempt.state == AttemptState.SENT:
            move_attempt(attempt=attempt, to_state=AttemptState.FAILED, at=at)


def refresh_payment(*, payment_id: int, at: datetime) -> Payment:
    """Ask the provider how a payment stands and settle it if the money is there.

    For the page that the payer comes back to, for a person who wants to know, and for the sweep. Outside any
    transaction. A payment whose checkouts are all over is only read.

    Args:
        payment_id: Row number of the payment.
        at: Now.

    Raises:
        UnknownPayment: there is none.
        ProviderUnavailable: no answer; nothing changed.
    """
    payment = asking.get_payment(payment_id=payment_id)
    if payment.state == PaymentState.SETTLED:
        return payment
    for attempt in payment.attempts.select_related("payment__organisation"):
        if attempt.state in {AttemptState.FAILED, AttemptState.EXPIRED}:
            continue
        session = _session_of(attempt, at=at)
        if session is not None:
            _note_if_booked(attempt, session, at=at)
    return asking.get_payment(payment_id=payment_id)


def _session_of(attempt: CheckoutAttempt, *, at: datetime) -> SessionFacts | None:
    """Ask about an attempt; one whose answer was lost is sent again first, under its key."""
    if attempt.state == AttemptState.SENT:
        sent = send_attempt(attempt=attempt, at=at)
        if sent is None:
            return None
        note_session(attempt=attempt, session=sent, at=at)
        attempt.refresh_from_db()
    return _ask_about(attempt)


def _note_if_booked(attempt: CheckoutAttempt, session: SessionFacts, *, at: datetime) -> None:
    try:
        note_session(attempt=attempt, session=session, at=at)
    except FeeNotKnownYet:
        # The webhook's worker waits for the fee; a payer who looks at the page should not wait with it.
        return


def expire_checkout(*, payment_id: int, at: datetime) -> Payment:
    """Close whatever page is open for a payment and ask for no more money. Outside any transaction; safe to repeat.

    A payer who finished a moment before wins: then the payment is settled, and its purpose decides about the late
    money.

    Args:
        payment_id: Row number of the payment.
        at: Now.

    Raises:
        UnknownPayment: there is none.
        ProviderUnavailable: no answer; try again.
    """
    payment = asking.get_payment(payment_id=payment_id)
    live = payment.attempts.filter(state__in=LIVE_ATTEMPT_STATES).select_related("payment__organisation").first()
    if live is not None:
        _close_attempt(live, at=at)
    with transaction.atomic():
        payment = asking.lock_payment_and_purpose(payment_id=payment_id)
        asking.end_payment(payment=payment, at=at, reason="called_off")
    return payment


def _close_attempt(attempt: CheckoutAttempt, *, at: datetime) -> None:
    if attempt.state == AttemptState.SENT:
        try:
            sent = send_attempt(attempt=attempt, at=at)
        except ProviderRefused:
            return
        if sent is None:
            return
        note_session(attempt=attempt, session=sent, at=at)
        attempt.refresh_from_db()
    account = asking.account_of(organisation=attempt.payment.organisation).account_id
    assert attempt.session_id, "a page that was opened has an id"
    try:
        session = stripe_gateway.expire_session(
            account=account, session_id=attempt.session_id, key=f"expire:{attempt.public_id}:1"
        )
    except ProviderRefused:
        # It was not open any more: paid a moment ago, or expired by itself.
        session = stripe_gateway.get_session(account=account, session_id=attempt.session_id)
    note_session(attempt=attempt, session=session, at=at)


def request_checkout_expiry(*, payment_id: int, at: datetime) -> None:
    """Promise, in the caller's transaction, that the payment's page will be closed after it commits.

    Args:
        payment_id: Row number of the payment.
        at: Now.
    """
    outbox.enqueue(topic=EXPIRE_TOPIC, key=f"payment:{payment_id}", payload={"payment_id": payment_id}, at=at)
