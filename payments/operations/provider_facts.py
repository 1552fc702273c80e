"""What we take from the provider's objects, and nothing else: plain values, amounts in whole minor units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class StatementLine:
    """One movement of the account's balance; `net` has the sign of what it did to the balance."""

    transaction_id: str
    type: str
    source_id: str
    amount: int
    fee: int
    net: int
    currency: str
    created_at: datetime
    available_on_at: datetime


@dataclass(frozen=True, kw_only=True)
class ChargeFacts:
    """A try to take money from a card. `line` is missing until the provider has worked out its fee."""

    charge_id: str
    payment_intent_id: str
    is_paid: bool
    amount: int
    currency: str
    is_live: bool
    created_at: datetime
    metadata: Mapping[str, str]
    line: StatementLine | None


@dataclass(frozen=True, kw_only=True)
class SessionFacts:
    """A checkout page: open, complete or expired."""

    session_id: str
    url: str
    status: str
    is_paid: bool
    amount: int
    currency: str
    is_live: bool
    payment_intent_id: str
    metadata: Mapping[str, str]
    charge: ChargeFacts | None = None
    decline_code: str = ""


@dataclass(frozen=True, kw_only=True)
class RefundFacts:
    """Money on its way back: pending, requires_action, succeeded, failed or canceled."""

    refund_id: str
    charge_id: str
    payment_intent_id: str
    status: str
    amount: int
    currency: str
    failure_code: str
    created_at: datetime
    metadata: Mapping[str, str]
    line: StatementLine | None
    failure_line: StatementLine | None


@dataclass(frozen=True, kw_only=True)
class DisputeFacts:
    """A dispute and every movement of the balance that it caused, oldest first."""

    dispute_id: str
    charge_id: str
    status: str
    amount: int
    currency: str
    reason: str
    is_live: bool
    created_at: datetime
    evidence_due_at: datetime | None
    lines: tuple[StatementLine, ...]


@dataclass(frozen=True, kw_only=True)
class BalanceFacts:
    """What is in the account now. Refunds are paid from `available` only."""

    available: int
    pending: int


@dataclass(frozen=True, kw_only=True)
class EventFacts:
    """The parts of a signed message that say which object to ask about."""

    event_id: str
    type: str
    account: str
    is_live: bool
    object_id: str
    created_at: datetime
    links: Mapping[str, str] = field(default_factory=dict)
