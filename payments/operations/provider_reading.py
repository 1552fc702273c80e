"""From the provider's objects to the plain values of `provider_facts`. Its objects are untyped on purpose here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from payments.operations import provider_facts as facts


def _instant(stamp: int) -> datetime:
    return datetime.fromtimestamp(stamp, tz=UTC)


def _id_of(reference: Any) -> str:
    if reference is None:
        return ""
    return reference if isinstance(reference, str) else str(reference.id)


def _expanded(reference: Any) -> Any | None:
    return None if reference is None or isinstance(reference, str) else reference


def _texts(metadata: Any) -> dict[str, str]:
    return {} if metadata is None else {name: str(value) for name, value in metadata.to_dict().items()}


def read_session(*, session: Any) -> facts.SessionFacts:
    """Take what we need of a checkout page."""
    intent = _expanded(session.payment_intent)
    charge = None if intent is None else _expanded(intent.latest_charge)
    error = None if intent is None else intent.last_payment_error
    return facts.SessionFacts(
        session_id=session.id,
        url=session.url or "",
        status=session.status or "",
        is_paid=session.payment_status == "paid",
        amount=session.amount_total or 0,
        currency=(session.currency or "").upper(),
        is_live=session.livemode,
        payment_intent_id=_id_of(session.payment_intent),
        metadata=_texts(session.metadata),
        charge=None if charge is None else read_charge(charge=charge),
        decline_code=getattr(error, "decline_code", None) or getattr(error, "code", None) or "",
    )


def read_charge(*, charge: Any) -> facts.ChargeFacts:
    """Take what we need of a charge."""
    line = _expanded(charge.balance_transaction)
    return facts.ChargeFacts(
        charge_id=charge.id,
        payment_intent_id=_id_of(charge.payment_intent),
        is_paid=charge.status == "succeeded" and charge.paid and charge.captured,
        amount=charge.amount,
        currency=charge.currency.upper(),
        is_live=charge.livemode,
        created_at=_instant(charge.created),
        metadata=_texts(charge.metadata),
        line=None if line is None else read_line(line=line),
    )


def read_line(*, line: Any) -> facts.StatementLine:
    """Take one line of the provider's statement."""
    return facts.StatementLine(
        transaction_id=line.id,
        type=line.type,
        source_id=_id_of(line.source),
        amount=line.amount,
        fee=line.fee,
        net=line.net,
        currency=line.currency.upper(),
        created_at=_instant(line.created),
        available_on_at=_instant(line.available_on),
    )


def read_refund(*, refund: Any) -> facts.RefundFacts:
    """Take what we need of a refund."""
    line = _expanded(refund.balance_transaction)
    failure_line = _expanded(getattr(refund, "failure_balance_transaction", None))
    return facts.RefundFacts(
        refund_id=refund.id,
        charge_id=_id_of(refund.charge),
        payment_intent_id=_id_of(refund.payment_intent),
        status=refund.status or "",
        amount=refund.amount,
        currency=refund.currency.upper(),
        failure_code=getattr(refund, "failure_reason", None) or "",
        created_at=_instant(refund.created),
        metadata=_texts(refund.metadata),
        line=None if line is None else read_line(line=line),
        failure_line=None if failure_line is None else read_line(line=failure_line),
    )


def read_dispute(*, dispute: Any) -> facts.DisputeFacts:
    """Take what we need of a dispute."""
    due = dispute.evidence_details.due_by
    lines = sorted((read_line(line=one) for one in dispute.balance_transactions), key=lambda one: one.created_at)
    return facts.DisputeFacts(
        dispute_id=dispute.id,
        charge_id=_id_of(dispute.charge),
        status=dispute.status,
        amount=dispute.amount,
        currency=dispute.currency.upper(),
        reason=dispute.reason,
        is_live=dispute.livemode,
        created_at=_instant(dispute.created),
        evidence_due_at=None if due is None else _instant(due),
        lines=tuple(lines),
    )


def read_event(*, event: dict[str, Any]) -> facts.EventFacts:
    """Take from a message which object it is about; nothing else in it is believed."""
    item = event["data"]["object"]
    links = {name: item[name] for name in ("payment_intent", "charge") if isinstance(item.get(name), str)}
    return facts.EventFacts(
        event_id=event["id"],
        type=event["type"],
        account=event.get("account") or "",
        is_live=bool(event["livemode"]),
        object_id=str(item.get("id") or ""),
        created_at=_instant(event["created"]),
        links=links,
    )
