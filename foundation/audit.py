"""Audit events: written in the hot path without a lock, chained afterwards."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import structlog

from foundation.models import AuditEvent

_LOOKS_LIKE_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
REQUEST_ID_LENGTH = 64


class PersonalDataInAudit(ValueError):
    """Our own code put an e-mail address into the record that is never erased."""


def record(
    *,
    actor: str,
    action: str,
    at: datetime,
    organisation: str = "",
    subject: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """Write down an act, in the caller's transaction.

    Args:
        actor: Reference of who acted ("user:usr_x").
        action: Dotted name of the act ("shares.offer_closed").
        at: When.
        organisation: Public id of the organisation it concerns.
        subject: Public id of the thing it was done to.
        before: What changed, as it was: ids, states and figures, never names or addresses.
        after: What changed, as it is now.
        reason: Why, when somebody gave a reason.

    Raises:
        PersonalDataInAudit: an e-mail address is among the facts.
    """
    if _holds_email(before) or _holds_email(after):
        raise PersonalDataInAudit(f"{action}: audit events name people by public id only.")
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))[:REQUEST_ID_LENGTH]
    return AuditEvent.objects.create(
        at=at,
        actor=actor,
        action=action,
        organisation=organisation,
        subject=subject,
        before=before,
        after=after,
        reason=reason,
        request_id=request_id,
    )


def _holds_email(facts: Any) -> bool:
    """Whether some text in nested facts looks like an e-mail address."""
    if isinstance(facts, dict):
        return any(_holds_email(part) for part in (*facts.keys(), *facts.values()))
    if isinstance(facts, (list, tuple)):
        return any(_holds_email(part) for part in facts)
    return isinstance(facts, str) and _LOOKS_LIKE_EMAIL.search(facts) is not None
