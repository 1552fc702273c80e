"""Logs hold no personal data: only listed keys are kept as they are, and anything like an e-mail is masked."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

# Keys of our own, of structlog and of the libraries that log through it. A key that is not listed is dropped and
# its name kept in "dropped", so that a missing figure is noticed and can be added here after a thought.
ALLOWED_KEYS = frozenset(
    {
        # structlog and logging
        *("event", "level", "logger", "timestamp", "exception", "exc_info", "stack", "stack_info"),
        *("_record", "_from_structlog", "_logger", "_name"),
        # requests and tasks (django-structlog); request paths hold opaque ids only
        *("request_id", "correlation_id", "code", "request", "task", "task_id", "parent_task_id", "queue", "kind"),
        # our own: ids, states, counts and durations
        *("account", "action", "actor", "attempt", "batch_id", "book", "bytes", "count", "digest", "document_id"),
        *("done", "duration_ms", "entry_id", "error", "event_id", "failures", "file_id", "follow_up", "healed", "item"),
        *("job_id", "key", "line", "looked_at", "mail_id", "message_id", "name", "offer_id", "organisation", "pages"),
        *("payment_id", "pence", "reason_code", "refund_id", "retry_seconds", "row", "scope", "seconds", "sequence"),
        *("state", "status", "step", "subject", "subject_id", "topic", "total", "type", "unanswered", "url_name"),
        *("violations", "what"),
    }
)
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(\.[\w-]+)+")
# Codes, tokens and secrets that a query string may carry.
_QUERY = re.compile(r"\?[^\s'\"]*")
MASK = "[e-mail]"


def keep_personal_data_out(
    _logger: Any, _method: str, event_dict: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drop what is not listed and mask what looks like an e-mail (a structlog processor)."""
    dropped = sorted(key for key in event_dict if key not in ALLOWED_KEYS)
    for key in dropped:
        del event_dict[key]
    for key, value in event_dict.items():
        if not key.startswith("_") and key != "exc_info":
            event_dict[key] = _mask(value)
    if isinstance(event_dict.get("request"), str):
        event_dict["request"] = _QUERY.sub("?…", event_dict["request"])
    if dropped:
        event_dict["dropped"] = dropped
    return event_dict


def _mask(value: Any) -> Any:
    if isinstance(value, str):
        return _EMAIL.sub(MASK, value)
    if isinstance(value, dict):
        return {key: _mask(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_mask(part) for part in value]
    return value
