"""Events: what happened, and the webhooks that tell of it."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from standin import clock
from standin.models import Account, Event, StripeObject
from standin.shapes import show
from standin.store import new_id
from standin.webhooks import outbox


@dataclass(frozen=True, kw_only=True)
class Cause:
    """The API request that an event comes from; empty where the payer, the clock or a control caused it."""

    request_id: str = ""
    idempotency_key: str = ""


_NOBODY = Cause()
current_cause: ContextVar[Cause] = ContextVar("current_cause", default=_NOBODY)


def record(event_type: str, item: StripeObject, *, previous: Mapping[str, Any] | None = None) -> Event:
    """Record an event about an object as it is now, and put its webhooks in the outbox.

    Args:
        event_type: such as `refund.created`.
        item: what it is about.
        previous: the attributes that changed, with their values before.

    Returns:
        The event.
    """
    account: Account = item.account
    data: dict[str, Any] = {"object": show(item)}
    if previous is not None:
        data["previous_attributes"] = dict(previous)
    cause = current_cause.get()
    event = Event.objects.create(
        id=new_id("evt"),
        account=account,
        created=clock.now(),
        type=event_type,
        data=data,
        request_id=cause.request_id,
        idempotency_key=cause.idempotency_key,
    )
    outbox.schedule(event)
    return event
