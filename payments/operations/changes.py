"""The only places where a state is set, and what a person is asked to look at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import NotFound
from foundation import audit
from payments import states
from payments.models import AttentionItem, CheckoutAttempt, Dispute, Payment, Refund, RefundRun, StateChange
from people.models import Organisation

log = structlog.get_logger(__name__)

SYSTEM = "system:payments"


class UnknownAttention(NotFound):
    """There is no such item, or it belongs to another organisation."""

    code = "payments.unknown_attention"


def _record(
    row: Payment | Refund | RefundRun | Dispute, *, from_state: str, actor: str, reason: str, at: datetime
) -> None:
    StateChange.objects.create(
        organisation_id=row.organisation_id,
        subject=row.public_id,
        from_state=from_state,
        to_state=row.state,
        actor=actor,
        reason=reason,
        at=at,
    )


def move_payment(*, payment: Payment, to_state: str, at: datetime, actor: str = SYSTEM, reason: str = "") -> None:
    """Move a locked payment to another state; the same state again is nothing.

    Args:
        payment: The row, locked by the caller.
        to_state: One of `PaymentState`.
        at: When it happened by the provider's clock, or now.
        actor: Who.
        reason: Why, as a code or a few words.

    Raises:
        TransitionRefused: the life cycle has no such step.
    """
    if payment.state == to_state:
        return
    states.check_transition(states.PAYMENT_TRANSITIONS, payment.state, to_state)
    from_state, payment.state = payment.state, to_state
    if to_state == states.PaymentState.SETTLED:
        payment.settled_at = at
    if to_state == states.PaymentState.ENDED:
        payment.ended_at = at
    payment.save()
    _record(payment, from_state=from_state, actor=actor, reason=reason, at=at)


def move_attempt(*, attempt: CheckoutAttempt, to_state: str, at: datetime) -> None:
    """Move an attempt of a locked payment to another state; the same state again is nothing.

    Raises:
        TransitionRefused: the life cycle has no such step.
    """
    if attempt.state == to_state:
        return
    states.check_transition(states.ATTEMPT_TRANSITIONS, attempt.state, to_state)
    attempt.state = to_state
    if to_state not in states.LIVE_ATTEMPT_STATES:
        attempt.closed_at = at
    attempt.save()


def move_refund(*, refund: Refund, to_state: str, at: datetime, actor: str = SYSTEM, reason: str = "") -> None:
    """Move a refund of a locked payment to another state; the same state again is nothing.

    Raises:
        TransitionRefused: the life cycle has no such step.
    """
    if refund.state == to_state:
        return
    states.check_transition(states.REFUND_TRANSITIONS, refund.state, to_state)
    from_state, refund.state = refund.state, to_state
    if to_state == states.RefundState.SUCCEEDED:
        refund.succeeded_at = at
    if to_state == states.RefundState.FAILED:
        refund.failed_at = at
    refund.save()
    _record(refund, from_state=from_state, actor=actor, reason=reason, at=at)


def move_run(*, run: RefundRun, to_state: str, at: datetime, actor: str = SYSTEM, reason: str = "") -> None:
    """Move a locked run to another state; the same state again is nothing.

    Raises:
        TransitionRefused: the life cycle has no such step.
    """
    if run.state == to_state:
        return
    states.check_transition(states.RUN_TRANSITIONS, run.state, to_state)
    from_state, run.state = run.state, to_state
    run.pause_reason = reason if to_state == states.RunState.PAUSED else ""
    if to_state == states.RunState.RUNNING and run.started_at is None:
        run.started_at = at
    if to_state == states.RunState.FINISHED:
        run.finished_at = at
    run.save()
    _record(run, from_state=from_state, actor=actor, reason=reason, at=at)


def move_dispute(*, dispute: Dispute, to_state: str, at: datetime) -> None:
    """Move a dispute of a locked payment to another state; the same state again is nothing.

    Raises:
        TransitionRefused: the life cycle has no such step.
    """
    if dispute.state == to_state:
        return
    states.check_transition(states.DISPUTE_TRANSITIONS, dispute.state, to_state)
    from_state, dispute.state = dispute.state, to_state
    dispute.closed_at = at
    dispute.save()
    _record(dispute, from_state=from_state, actor=SYSTEM, reason=dispute.provider_reason, at=at)


def raise_attention(
    *,
    key: str,
    code: str,
    organisation: Organisation | None,
    subject: str,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> AttentionItem:
    """Put something before a person; the same key again gives back the first item.

    Args:
        key: Names the matter for ever, such as "mismatch:ch_1".
        code: What kind of matter; `payments.queries.attention` has the words and the next step for it.
        organisation: Whose money it is, where we know.
        subject: Public id of our own row it concerns.
        at: Now.
        facts: Figures and ids for the person; never names or addresses.
    """
    item, created = AttentionItem.objects.get_or_create(
        key=key,
        defaults={
            "code": code,
            "organisation": organisation,
            "subject": subject,
            "facts": dict(facts or {}),
            "raised_at": at,
        },
    )
    if created:
        log.warning("payment_attention_raised", code=code, subject=subject, item=item.public_id)
    return item


def settle_attention(*, subject: str, codes: tuple[str, ...], at: datetime, resolution: str) -> None:
    """Close the items that events have overtaken, such as a mismatch that the provider has put right."""
    AttentionItem.objects.open().filter(subject=subject, code__in=codes).update(
        resolved_at=at, resolved_by=SYSTEM, resolution=resolution
    )


def resolve_attention(
    *, item_id: str, organisation: Organisation | None, actor: str, resolution: str, at: datetime
) -> AttentionItem:
    """Write down how a person dealt with an item; a second time changes nothing.

    Args:
        item_id: Public id of the item.
        organisation: Whose item it has to be.
        actor: Who dealt with it.
        resolution: What was done, in a few words.
        at: Now.

    Raises:
        UnknownAttention: there is no such item there.
    """
    with transaction.atomic():
        item = AttentionItem.objects.select_for_update().filter(public_id=item_id, organisation=organisation).first()
        if item is None:
            raise UnknownAttention(_("There is no such item."), item=item_id)
        if item.resolved_at is not None:
            return item
        item.resolved_at, item.resolved_by, item.resolution = at, actor, resolution
        item.save()
        audit.record(
            actor=actor,
            action="payments.attention_resolved",
            at=at,
            organisation=organisation.public_id if organisation else "",
            subject=item.subject,
            after={"item": item.public_id, "code": item.code},
            reason=resolution,
        )
    return item
