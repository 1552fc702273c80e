"""What the payment room tells us: money came, went back, or was taken back. All inside its transactions.

# Note [Late money]
Money is never lost and never kept by mistake. What was reserved is accepted until the board has decided, even if the
offer closed a second ago. What comes after the reservation ended is accepted if the offer is undecided and there is
still room; otherwise it is owed back at once (posting 10) and a refund is requested, once for each payment.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from core.errors import DomainError
from core.money import to_minor
from core.periods import legal_day
from foundation import audit, outbox
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.operations import Line, NewEntry
from payments.models import Payment, Refund
from payments.operations import request_checkout_expiry, request_refund
from shares.models import Application, ShareOffer
from shares.operations import locks, mails
from shares.operations.conditions import check_number
from shares.operations.errors import NoApplication
from shares.operations.records import change_application_state
from shares.queries.holders import holder_of_application
from shares.queries.room import buying_room_for
from shares.states import UNDECIDED_OFFER_STATES, ApplicationState, EndReason

SYSTEM: Final = "system:payments"
APPLICATIONS: Final = "2150"
REFUNDS_DUE: Final = "2155"
FOLLOW_REFUNDS_TOPIC: Final = "shares.follow_refunds"

State = ApplicationState


def lock_for_payment(subject: str) -> None:
    """Take our locks before the payment room takes its own; see Note [Lock order].

    Args:
        subject: Public id of an application.

    Raises:
        NoApplication: there is none.
    """
    application = Application.objects.select_related("offer__society").filter(public_id=subject).first()
    if application is None:
        raise NoApplication("There is no such application.", subject=subject)
    locks.lock_offer_row(application.offer_id)
    locks.lock_holder(application.offer.society, holder_of_application(application))
    locks.lock_application_row(application.pk)


def settle(*, payment: Payment, at: datetime) -> None:
    """Take note that an application's money came: hold it, or send it back. Safe to repeat.

    Args:
        payment: Settled, with its posting made; the caller's transaction holds it.
        at: Now.
    """
    application, offer = _read(payment.subject)
    if application.state in _SETTLED:
        if application.payment_id != payment.pk:
            _give_back_second(application, payment, at=at)
        return
    refusal = _reason_to_refuse(application, offer, payment, at=at)
    if refusal is not None:
        _give_back(application, payment, reason=refusal, at=at)
        return
    _call_off_other_payment(application, payment, at=at)
    application.payment = payment
    change_application_state(application=application, to=State.PAID, actor=SYSTEM, at=at)
    audit.record(
        actor=SYSTEM,
        action="shares.application_paid",
        at=at,
        organisation=offer.organisation.public_id,
        subject=application.public_id,
        after={"payment": payment.public_id, "amount_pence": to_minor(payment.amount)},
    )
    mails.tell(application, offer, "paid", key=payment.public_id, at=at)


_SETTLED = frozenset(
    {
        State.PAID.value,
        State.ALLOTTED.value,
        State.REFUND_DUE.value,
        State.REFUNDED.value,
        State.CHARGED_BACK.value,
    }
)


def _read(subject: str) -> tuple[Application, ShareOffer]:
    """Read an application and its offer, which the payment room had us lock before it began."""
    application = Application.objects.select_related("user", "person", "terms", "payment").get(public_id=subject)
    application.offer = ShareOffer.objects.with_everything().get(pk=application.offer_id)
    return application, application.offer


def _reason_to_refuse(
    application: Application, offer: ShareOffer, payment: Payment, *, at: datetime
) -> EndReason | None:
    """Tell why money cannot be accepted, or None when it can."""
    if application.state == State.CANCELLED.value:
        return EndReason.CANCELLED
    if offer.state not in UNDECIDED_OFFER_STATES:
        return EndReason.OFFER_CLOSED
    if to_minor(payment.amount) != to_minor(application.amount):
        return EndReason.RESERVATION_ENDED
    if application.state == State.AWAITING_PAYMENT.value:
        return None
    try:
        check_number(buying_room_for(application=application, on=legal_day(at)), application.number_of_shares)
    except DomainError as refusal:
        is_full = refusal.code == "shares.sold_out"
        return EndReason.SOLD_OUT if is_full else EndReason.HOLDING_LIMIT
    return None


def _call_off_other_payment(application: Application, payment: Payment, *, at: datetime) -> None:
    """Close the page of another payment that was begun for the same application."""
    other = application.payment
    if other is not None and other.pk != payment.pk:
        request_checkout_expiry(payment_id=other.pk, at=at)


def _give_back(application: Application, payment: Payment, *, reason: EndReason, at: datetime) -> None:
    """Owe back money that cannot be accepted, and end the application."""
    _call_off_other_payment(application, payment, at=at)
    application.payment = payment
    change_application_state(application=application, to=State.REFUND_DUE, actor=SYSTEM, at=at, end_reason=reason)
    owe_back(application, payment, reason=reason, actor=SYSTEM, at=at)
    mails.tell(application, application.offer, "not_accepted", key=payment.public_id, at=at)


def _give_back_second(application: Application, payment: Payment, *, at: datetime) -> None:
    """Owe back what was paid on top of the payment that counts; the application stays as it is."""
    owe_back(application, payment, reason=EndReason.PAID_TWICE, actor=SYSTEM, at=at)
    mails.tell(application, application.offer, "paid_twice", key=payment.public_id, at=at)


def owe_back(application: Application, payment: Payment, *, reason: EndReason, actor: str, at: datetime) -> None:
    """Post that a payment is owed back (row 10) and ask for its refund, once.

    Args:
        application: Locked; it owns the money.
        payment: Settled.
        reason: Why.
        actor: Reference of who decided.
        at: Now.
    """
    book = ledger_queries.get_book(organisation=application.offer.organisation.public_id)
    entry = refund_due_entry(application, payment, reason=reason, at=at)
    ledger_operations.post_many(book=book, entries=[entry], actor=actor, recorded_at=at)
    request_refund(payment_id=payment.pk, reason=reason.value, key=refund_key(application), at=at, actor=actor)


def refund_key(application: Application) -> str:
    """Name the one refund of each of an application's payments."""
    return f"application:{application.public_id}"


def refund_due_entry(application: Application, payment: Payment, *, reason: EndReason, at: datetime) -> NewEntry:
    """Put together posting 10: application money, whole, becomes owed back.

    Source: the treasury's posting table, row 10 (2150 to 2155, whole).
    """
    line = Line(
        debit=APPLICATIONS,
        credit=REFUNDS_DUE,
        amount=to_minor(payment.amount),
        debit_owner=application.public_id,
        credit_owner=application.public_id,
    )
    return NewEntry(
        key=f"shares:refund_due:{payment.public_id}",
        kind="shares.refund_due",
        effective_on=legal_day(at),
        lines=[line],
        source=application.public_id,
        reason=reason.value,
    )


def note_refunded(*, refund: Refund, at: datetime) -> None:
    """Take note that a refund reached its card, and tell the applicant. Safe to repeat."""
    payment = refund.receipt.payment
    application, offer = _read(payment.subject)
    if application.payment_id != payment.pk or application.state != State.REFUND_DUE.value:
        return
    change_application_state(application=application, to=State.REFUNDED, actor=SYSTEM, at=at)
    mails.tell(application, offer, "refunded", key=refund.public_id, at=at)
    outbox.enqueue(
        topic=FOLLOW_REFUNDS_TOPIC,
        key=f"refunded:{refund.public_id}",
        payload={"offer": offer.public_id},
        at=at,
    )


def note_refund_failed(*, refund: Refund, at: datetime) -> None:
    """Take note that a card's bank sent a refund back: the money is owed again, and a person sees to it."""
    payment = refund.receipt.payment
    application, offer = _read(payment.subject)
    if application.payment_id != payment.pk or application.state != State.REFUNDED.value:
        return
    change_application_state(
        application=application,
        to=State.REFUND_DUE,
        actor=SYSTEM,
        at=at,
        end_reason=EndReason(application.end_reason),
        reason="refund_failed",
    )
    outbox.enqueue(
        topic=FOLLOW_REFUNDS_TOPIC, key=f"failed:{refund.public_id}", payload={"offer": offer.public_id}, at=at
    )


def note_checkout_ended(*, payment: Payment, at: datetime) -> None:
    """Take note that no money can come from a payment any more: its reservation ends. Safe to repeat."""
    application, _offer = _read(payment.subject)
    if application.payment_id == payment.pk and application.state == State.AWAITING_PAYMENT.value:
        change_application_state(
            application=application,
            to=State.LAPSED,
            actor=SYSTEM,
            at=at,
            end_reason=EndReason.RESERVATION_ENDED,
        )


def note_disputed(*, payment: Payment, at: datetime) -> None:
    """Take note that a card holder disputes a payment; if the money was taken, the application ends with it.

    After allotment the shares stand until the society's rules say otherwise (posting rows 15 to 18). An inquiry takes
    no money, so nothing changes; should it become a dispute, the sweep sees that (`disputes.follow_dispute`).
    """
    application, _offer = _read(payment.subject)
    if application.payment_id == payment.pk:
        end_if_money_is_gone(application, at=at)


def end_if_money_is_gone(application: Application, *, at: datetime) -> bool:
    """End a locked application whose money no longer stands under it in the books; tell whether it ended."""
    code = _WHERE_MONEY_STANDS.get(application.state)
    if code is None or money_under(application, code) >= to_minor(application.amount):
        return False
    offer = application.offer
    change_application_state(
        application=application, to=State.CHARGED_BACK, actor=SYSTEM, at=at, end_reason=EndReason.CHARGED_BACK
    )
    outbox.enqueue(
        topic=FOLLOW_REFUNDS_TOPIC,
        key=f"charged_back:{application.public_id}:{at.isoformat()}",
        payload={"offer": offer.public_id},
        at=at,
    )
    return True


def money_under(application: Application, code: str) -> int:
    """Tell what stands under an application in an account of its society, in pence."""
    book = ledger_queries.get_book(organisation=application.offer.organisation.public_id)
    return ledger_queries.account_balance(book=book, code=code, owner=application.public_id)


_WHERE_MONEY_STANDS = {State.PAID.value: APPLICATIONS, State.REFUND_DUE.value: REFUNDS_DUE}
