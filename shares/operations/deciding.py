"""The board decides on a closed offer: it goes on, or it has failed and all the money goes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import outbox
from foundation.access import Actor, system_actor
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from payments.operations import prepare_refund_run, start_refund_run
from shares.models import Application, ShareOffer
from shares.operations import locks, mails
from shares.operations.ending import end_reservation
from shares.operations.errors import MinimumMissed, MinimumReached, ReasonMissing
from shares.operations.paying import PURPOSE
from shares.operations.records import (
    change_many_applications,
    change_offer_state,
    check_offer_may_become,
)
from shares.operations.settling import refund_due_entry
from shares.queries.offers import cleared_pence, minimum_pence
from shares.states import ApplicationState, EndReason, OfferState

REFUND_OFFER_TOPIC: Final = "shares.refund_offer"
# So many applications are turned into refunds in one transaction; a crash loses none of them.
CHUNK: Final = 200
State = ApplicationState


@transaction.atomic
def succeed_offer(*, offer: ShareOffer, actor: Actor, at: datetime, reason: str = "") -> ShareOffer:
    """Decide that an offer goes on: its minimum has cleared. Reservations that nobody paid for end here.

    Args:
        offer: Closed.
        actor: Who acts for the board.
        at: Now.
        reason: What the decision rests on.

    Raises:
        WrongState: it is not closed.
        MinimumMissed: less than the minimum has cleared.

    Source: Community Shares Handbook 4.4 (minimum target).
    """
    offer = locks.lock_offer(offer.pk)
    if offer.state == OfferState.SUCCEEDED.value:
        return offer
    check_offer_may_become(offer, OfferState.SUCCEEDED)
    end_all_reservations(offer, actor=actor.ref, at=at)
    check_minimum(offer)
    change_offer_state(offer=offer, to=OfferState.SUCCEEDED, actor=actor.ref, at=at, reason=reason)
    return offer


def check_minimum(offer: ShareOffer) -> None:
    """Let only an offer pass whose minimum has cleared.

    Raises:
        MinimumMissed: `facts` say by how much.
    """
    cleared, minimum = cleared_pence(offer), minimum_pence(offer)
    if cleared < minimum:
        raise MinimumMissed(
            _("Less than the minimum target has been paid, so the offer cannot succeed."),
            cleared_pence=cleared,
            minimum_pence=minimum,
        )


def end_all_reservations(offer: ShareOffer, *, actor: str, at: datetime) -> None:
    """End the reservations of a locked offer; money that still comes for them goes back."""
    for application in locks.lock_applications(offer, [State.AWAITING_PAYMENT.value]):
        end_reservation(application, reason=EndReason.OFFER_CLOSED, actor=actor, at=at)


@transaction.atomic
def fail_offer(*, offer: ShareOffer, reason: str, is_contingency: bool, actor: Actor, at: datetime) -> ShareOffer:
    """Decide that an offer has failed: every payment goes back whole, and everybody is told.

    The decision commits at once; the refunds follow in the background, can be resumed, and never happen twice.
    Failing a failed offer changes nothing.

    Args:
        offer: Closed, or succeeded and not allotted.
        reason: Why, for the record.
        is_contingency: Whether something other than money failed, such as a purchase that fell through.
        actor: Who acts for the board.
        at: Now.

    Raises:
        WrongState: it is not closed, or its shares are allotted.
        MinimumReached: the minimum has cleared, and no contingency failed.
        ReasonMissing: the record has to say why.

    Source: Community Shares Handbook 4.4 (refund if the minimum or a contingency fails); posting row 10.
    """
    if not reason.strip():
        raise ReasonMissing(_("Say why the offer failed: the record keeps the reason."))
    offer = locks.lock_offer(offer.pk)
    if offer.state in {OfferState.FAILED.value, OfferState.REFUNDED.value}:
        return offer
    check_offer_may_become(offer, OfferState.FAILED)
    cleared, minimum = cleared_pence(offer), minimum_pence(offer)
    if not is_contingency and cleared >= minimum:
        raise MinimumReached(
            _("The minimum target is reached. An offer fails then only if one of its conditions is not met."),
            cleared_pence=cleared,
            minimum_pence=minimum,
        )
    end_all_reservations(offer, actor=actor.ref, at=at)
    change_offer_state(offer=offer, to=OfferState.FAILED, actor=actor.ref, at=at, reason=reason)
    outbox.enqueue(
        topic=REFUND_OFFER_TOPIC,
        key=f"{offer.public_id}:{at.isoformat()}",
        payload={"offer": offer.public_id, "actor": actor.ref},
        at=at,
    )
    return offer


def refund_failed_offer(*, offer: ShareOffer, actor: str, at: datetime) -> int:
    """Owe back every payment of a failed offer, tell its applicants, and start the run that refunds them.

    Works in chunks, each a transaction; running it again goes on where it stopped and does nothing twice.

    Args:
        offer: Failed.
        actor: Reference of who decided.
        at: Now.

    Returns:
        How many applications were turned into refunds by this call.
    """
    turned = 0
    while chunk := _owe_back_chunk(offer.pk, actor=actor, at=at):
        turned += chunk
    _start_run(offer, actor=actor, at=at)
    follow_refunds(offer=offer, at=at)
    return turned


@transaction.atomic
def _owe_back_chunk(offer_id: int, *, actor: str, at: datetime) -> int:
    """Turn some paid applications into refunds that are due: states, mails, and posting 10 in one call."""
    offer = locks.lock_offer(offer_id)
    if offer.state != OfferState.FAILED.value:
        return 0
    ids = Application.objects.filter(offer=offer).paid().order_by("pk").values_list("pk", flat=True)[:CHUNK]
    locked = Application.objects.select_for_update(no_key=True).filter(pk__in=list(ids)).order_by("pk")
    pks = list(locked.values_list("pk", flat=True))
    applications = list(
        Application.objects.filter(pk__in=pks).select_related("user", "person", "payment", "terms").order_by("pk")
    )
    if not applications:
        return 0
    change_many_applications(
        applications=applications, to=State.REFUND_DUE, actor=actor, at=at, end_reason=EndReason.OFFER_FAILED
    )
    for application in applications:
        mails.tell(application, offer, "offer_failed", key=application.public_id, at=at)
    _post_due(offer, applications, actor=actor, at=at)
    return len(applications)


def _post_due(offer: ShareOffer, applications: Sequence[Application], *, actor: str, at: datetime) -> None:
    """Posting 10 for each of the applications, in one call: the ledger's locks are taken once and in order."""
    book = ledger_queries.get_book(organisation=offer.organisation.public_id)
    entries = []
    for application in applications:
        assert application.payment is not None, "a paid application has a payment"
        application.offer = offer
        entries.append(refund_due_entry(application, application.payment, reason=EndReason.OFFER_FAILED, at=at))
    ledger_operations.post_many(book=book, entries=entries, actor=actor, recorded_at=at)


def _start_run(offer: ShareOffer, *, actor: str, at: datetime) -> None:
    """Prepare and confirm the run of refunds; a second time gives back the first."""
    with transaction.atomic():
        payment_ids = list(
            Application.objects.filter(offer=offer, end_reason=EndReason.OFFER_FAILED.value)
            .refund_due()
            .exclude(payment=None)
            .order_by("pk")
            .values_list("payment_id", flat=True)
        )
        if not payment_ids:
            return
        run = prepare_refund_run(
            organisation=offer.organisation,
            purpose=PURPOSE,
            payment_ids=payment_ids,
            reason=EndReason.OFFER_FAILED.value,
            key=f"offer_failed:{offer.public_id}",
            actor=actor,
            at=at,
        )
    if run.started_at is None:
        start_refund_run(run_id=run.pk, actor=actor, at=at)


@transaction.atomic
def follow_refunds(*, offer: ShareOffer, at: datetime) -> ShareOffer:
    """Note that a failed offer has returned all its money, or that some came back and is owed again.

    Args:
        offer: Any; only a failed or refunded one can change.
        at: Now.
    """
    offer = locks.lock_offer(offer.pk)
    actor = system_actor("refunds").ref
    is_owing = Application.objects.filter(offer=offer).holding_money().exists()
    if offer.state == OfferState.FAILED.value and not is_owing:
        change_offer_state(offer=offer, to=OfferState.REFUNDED, actor=actor, at=at)
    elif offer.state == OfferState.REFUNDED.value and is_owing:
        change_offer_state(offer=offer, to=OfferState.FAILED, actor=actor, at=at, reason="refund_failed")
    return offer
