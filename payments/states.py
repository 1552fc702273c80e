"""The states of payments, checkouts, refunds, runs, disputes and events, and the ways between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.errors import DomainError


class PaymentState:
    """How far a payment has come. Set in `payments.operations` only."""

    CREATED: Final = "created"
    CHECKOUT_OPEN: Final = "checkout_open"
    SETTLED: Final = "settled"
    ENDED: Final = "ended"
    NEEDS_ATTENTION: Final = "needs_attention"


class AttemptState:
    """How far one visit to the provider's checkout page has come."""

    SENT: Final = "sent"
    OPEN: Final = "open"
    COMPLETE: Final = "complete"
    EXPIRED: Final = "expired"
    FAILED: Final = "failed"


class RefundState:
    """How far a refund to the source has come."""

    REQUESTED: Final = "requested"
    SENT: Final = "sent"
    PENDING: Final = "pending"
    SUCCEEDED: Final = "succeeded"
    FAILED: Final = "failed"


class RunState:
    """How far a run of many refunds has come."""

    PREPARED: Final = "prepared"
    RUNNING: Final = "running"
    PAUSED: Final = "paused"
    FINISHED: Final = "finished"


class DisputeState:
    """How far a card holder's dispute has come."""

    OPEN: Final = "open"
    WON: Final = "won"
    LOST: Final = "lost"


class EventState:
    """What became of a message from the provider."""

    RECEIVED: Final = "received"
    PROCESSED: Final = "processed"
    IGNORED: Final = "ignored"
    FAILED: Final = "failed"


class RecordedState:
    """How far money has come that an officer recorded by hand."""

    REQUESTED: Final = "requested"
    APPROVED: Final = "approved"
    REFUSED: Final = "refused"
    WITHDRAWN: Final = "withdrawn"


class Direction:
    """Which way recorded money went."""

    IN: Final = "in"
    OUT: Final = "out"


def _all(states: type) -> tuple[str, ...]:
    return tuple(value for name, value in vars(states).items() if name.isupper())


PAYMENT_STATES = _all(PaymentState)
ATTEMPT_STATES = _all(AttemptState)
REFUND_STATES = _all(RefundState)
RUN_STATES = _all(RunState)
DISPUTE_STATES = _all(DisputeState)
EVENT_STATES = _all(EventState)
RECORDED_STATES = _all(RecordedState)
DIRECTIONS = _all(Direction)

# A live attempt may still bring money; a payment has at most one.
LIVE_ATTEMPT_STATES = (AttemptState.SENT, AttemptState.OPEN)
# A refund that is under way, or done, uses up what may still be refunded.
COUNTED_REFUND_STATES = (RefundState.REQUESTED, RefundState.SENT, RefundState.PENDING, RefundState.SUCCEEDED)
OPEN_REFUND_STATES = (RefundState.REQUESTED, RefundState.SENT, RefundState.PENDING)

PAYMENT_TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    # No checkout page is open at the provider.
    PaymentState.CREATED: (
        PaymentState.CHECKOUT_OPEN,
        PaymentState.SETTLED,
        PaymentState.ENDED,
        PaymentState.NEEDS_ATTENTION,
    ),
    # The payer may be on the checkout page at this moment.
    PaymentState.CHECKOUT_OPEN: (
        PaymentState.CREATED,
        PaymentState.SETTLED,
        PaymentState.ENDED,
        PaymentState.NEEDS_ATTENTION,
    ),
    # No more money is asked for. Late money still settles it, because it is there.
    PaymentState.ENDED: (PaymentState.SETTLED, PaymentState.NEEDS_ATTENTION),
    # Money came that does not fit; a person looks at it and asks the provider again.
    PaymentState.NEEDS_ATTENTION: (PaymentState.SETTLED, PaymentState.ENDED),
    # The money is receipted and in the books. What follows happens to refunds and disputes.
    PaymentState.SETTLED: (),
}

ATTEMPT_TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    AttemptState.SENT: (AttemptState.OPEN, AttemptState.FAILED),
    # An expired session can no longer be paid. Complete means paid, or being paid by a slow method.
    AttemptState.OPEN: (AttemptState.COMPLETE, AttemptState.EXPIRED),
    AttemptState.COMPLETE: (),
    AttemptState.EXPIRED: (AttemptState.COMPLETE,),
    AttemptState.FAILED: (),
}

REFUND_TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    RefundState.REQUESTED: (RefundState.SENT,),
    # Back to requested when the provider said no for want of balance, so that nothing was moved.
    RefundState.SENT: (
        RefundState.REQUESTED,
        RefundState.PENDING,
        RefundState.SUCCEEDED,
        RefundState.FAILED,
    ),
    RefundState.PENDING: (RefundState.SUCCEEDED, RefundState.FAILED),
    # A card issuer may send the money back days later.
    RefundState.SUCCEEDED: (RefundState.FAILED,),
    RefundState.FAILED: (),
}

RUN_TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    RunState.PREPARED: (RunState.RUNNING,),
    RunState.RUNNING: (RunState.PAUSED, RunState.FINISHED),
    RunState.PAUSED: (RunState.RUNNING,),
    RunState.FINISHED: (),
}

DISPUTE_TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    DisputeState.OPEN: (DisputeState.WON, DisputeState.LOST),
    DisputeState.WON: (),
    DisputeState.LOST: (),
}

RECORDED_TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    # A second person decides; until then whoever keeps the books may take it back.
    RecordedState.REQUESTED: (RecordedState.APPROVED, RecordedState.REFUSED, RecordedState.WITHDRAWN),
    # In the books. Undoing it is a record of its own.
    RecordedState.APPROVED: (),
    RecordedState.REFUSED: (),
    RecordedState.WITHDRAWN: (),
}


class TransitionRefused(DomainError):
    """A payment, refund or run cannot go from its state to the one that was asked for."""

    code = "payments.transition_refused"
    kind = "conflict"


def check_transition(transitions: Mapping[str, tuple[str, ...]], from_state: str, to_state: str) -> None:
    """Refuse a step that the life cycle does not have.

    Args:
        transitions: One of the tables above.
        from_state: Where the thing stands.
        to_state: Where it should go.

    Raises:
        TransitionRefused: there is no such step.
    """
    if to_state not in transitions[from_state]:
        raise TransitionRefused(
            "This cannot be done any more: things have moved on.", from_state=from_state, to_state=to_state
        )
