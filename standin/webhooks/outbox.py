"""Which webhooks an event needs and when, by the rules in force."""

from django.db import transaction

from standin import clock
from standin.models import Delivery, Event, Knobs, WebhookRule
from standin.webhooks import wake


def schedule(event: Event) -> None:
    """Put the postings of a new event in the outbox, in the caller's transaction.

    Without an address to post to they are held: a test can take them by the control and post them itself.
    """
    now = clock.real_milliseconds()
    state = Delivery.WAITING if Knobs.get().webhook_url else Delivery.HELD
    rule = _take_rule(event.type)
    mode = rule.mode if rule is not None else ""
    due_at = now + (rule.milliseconds if rule is not None else 0)
    if mode == "reversed":
        _join_batch(event, due_at=due_at)
        return
    if mode == "dropped":
        state = Delivery.DROPPED
    elif mode == "held":
        state = Delivery.HELD
    for _ in range(2 if mode == "twice" else 1):
        Delivery.objects.create(event=event, state=state, due_at_ms=due_at)
    transaction.on_commit(wake.set)


def _take_rule(event_type: str) -> WebhookRule | None:
    """Return the oldest rule for this type and use it up once."""
    for rule in WebhookRule.objects.order_by("pk"):
        if rule.types and event_type not in rule.types:
            continue
        if rule.remaining is None:
            return rule
        if rule.remaining > 0:
            rule.remaining -= 1
            rule.save()
            return rule
    return None


def _join_batch(event: Event, *, due_at: int) -> None:
    """Wait for the batch that is being gathered, or begin one; the newest of a batch goes first."""
    batch = Delivery.objects.filter(state=Delivery.WAITING, rank__lt=0, due_at_ms__gt=clock.real_milliseconds()).first()
    Delivery.objects.create(event=event, due_at_ms=batch.due_at_ms if batch else due_at, rank=-event.number)
