"""Controls of webhooks: where they go, how they misbehave, what became of each."""

import random
from typing import Any

from standin import clock
from standin.control.reading import ControlMisused, Told, control
from standin.errors import missing
from standin.models import Delivery, Event, Knobs, WebhookRule
from standin.store import writing
from standin.webhooks import wake
from standin.webhooks.delivery import get_body_and_signature

MODES = tuple(mode for mode, _ in WebhookRule.MODES)


@control("GET", "POST")
def endpoint(told: Told) -> dict[str, Any]:
    """POST /_control/webhooks `{url?, secret?}`: where webhooks go from now on; GET tells it, and lists all postings.

    With an empty `url` they are held, to be taken by `/_control/webhooks/take`.
    """
    given = {"webhook_url": told.get("url", str), "webhook_secret": told.get("secret", str)}
    told.check_all_read()
    changes = {name: value for name, value in given.items() if value is not None}
    if changes:
        with writing():
            Knobs.objects.update(**changes)
    knobs = Knobs.get()
    return {"url": knobs.webhook_url, "secret": knobs.webhook_secret, "deliveries": list_deliveries()}


def list_deliveries() -> list[dict[str, Any]]:
    """Return every posting and what became of it, oldest first."""
    columns = ("id", "state", "attempts", "response_status", "problem", "due_at_ms")
    found = Delivery.objects.select_related("event__account").order_by("pk")
    return [
        {
            **{name: getattr(delivery, name) for name in columns},
            "event": delivery.event.id,
            "type": delivery.event.type,
            "account": delivery.event.account_id,
        }
        for delivery in found
    ]


@control("POST")
def misbehave(told: Told) -> dict[str, Any]:
    """POST /_control/webhooks/mode `{mode, types?, seconds?, count?}`: for the next events, `count` times or for ever.

    `mode`: "late" (by `seconds`), "twice", "reversed" (gathered for `seconds`, then newest first), "held" (until
    released or taken), "dropped", or "normal", which forgets all rules. `types` limits it to some event types.
    """
    mode = told.get("mode", str, default="")
    types = told.get("types", list, default=[])
    milliseconds = told.milliseconds()
    count = told.get("count", int)
    told.check_all_read()
    if mode != "normal" and mode not in MODES:
        message = f"mode must be normal or one of {', '.join(MODES)}"
        raise ControlMisused(message)
    with writing():
        if mode == "normal":
            WebhookRule.objects.all().delete()
        else:
            WebhookRule.objects.create(mode=mode, types=types, milliseconds=milliseconds, remaining=count)
    return {"rules": list(WebhookRule.objects.order_by("pk").values("mode", "types", "milliseconds", "remaining"))}


@control("POST")
def release(told: Told) -> dict[str, Any]:
    """POST /_control/webhooks/release `{order?: "created" | "reversed" | "shuffled", seed?}`: post what is held."""
    order = told.get("order", str, default="created")
    seed = told.get("seed", int, default=1)
    told.check_all_read()
    with writing():
        held = list(Delivery.objects.filter(state=Delivery.HELD).order_by("pk"))
        _put_in_order(held, order=order, seed=seed)
        now = clock.real_milliseconds()
        for rank, delivery in enumerate(held):
            delivery.state = Delivery.WAITING
            delivery.due_at_ms = now
            delivery.rank = rank
            delivery.save()
    wake.set()
    return {"released": len(held)}


def _put_in_order(deliveries: list[Delivery], *, order: str, seed: int) -> None:
    if order == "reversed":
        deliveries.reverse()
    elif order == "shuffled":
        random.Random(seed).shuffle(deliveries)
    elif order != "created":
        message = 'order must be "created", "reversed" or "shuffled"'
        raise ControlMisused(message)


@control("POST")
def take(told: Told) -> dict[str, Any]:
    """POST /_control/webhooks/take `{order?, seed?}`: return what is held, signed, for the caller to post itself."""
    order = told.get("order", str, default="created")
    seed = told.get("seed", int, default=1)
    told.check_all_read()
    secret = Knobs.get().webhook_secret
    taken = []
    with writing():
        held = list(Delivery.objects.filter(state=Delivery.HELD).select_related("event__account").order_by("pk"))
        _put_in_order(held, order=order, seed=seed)
        for delivery in held:
            body, signature = get_body_and_signature(delivery, secret=secret)
            taken.append(
                {"type": delivery.event.type, "event": delivery.event.id, "body": body, "signature": signature}
            )
            delivery.state = Delivery.DELIVERED
            delivery.save()
    return {"webhooks": taken}


@control("POST")
def resend(told: Told) -> dict[str, Any]:
    """POST /_control/webhooks/resend `{event, copies?, aged_seconds?, hold?}`: post an event again, signed anew.

    `aged_seconds` makes the signature claim an earlier moment, so that a receiver must refuse it as stale.
    """
    event_id = told.get("event", str, default="")
    copies = told.get("copies", int, default=1)
    aged_seconds = told.get("aged_seconds", int, default=0)
    is_held = told.get("hold", bool, default=False)
    told.check_all_read()
    event = Event.objects.filter(id=event_id).first()
    if event is None:
        raise missing("event", event_id, param="event")
    with writing():
        for _ in range(copies):
            Delivery.objects.create(
                event=event,
                state=Delivery.HELD if is_held else Delivery.WAITING,
                due_at_ms=clock.real_milliseconds(),
                aged_seconds=aged_seconds,
            )
    wake.set()
    return {"copies": copies}
