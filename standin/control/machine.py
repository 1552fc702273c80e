"""Controls of the machine: faults, requests seen, settings, reset, health."""

from typing import Any

from django.db.models import Manager

from standin import clock
from standin.acts import startup
from standin.api.faults import AT_WORK, ON_THE_WAY
from standin.api.routes import OPERATIONS
from standin.control.reading import ControlMisused, Told, control
from standin.models import (
    Account,
    BalanceTransaction,
    Charge,
    CheckoutSession,
    Customer,
    Delivery,
    Dispute,
    Event,
    Fault,
    IdempotencyRecord,
    Knobs,
    PaymentIntent,
    Refund,
    SeenRequest,
    TopUp,
    WebhookRule,
)
from standin.store import writing

# In an order that no foreign key minds.
EVERYTHING: tuple[Manager[Any], ...] = (
    Delivery.objects,
    Event.objects,
    WebhookRule.objects,
    Fault.objects,
    IdempotencyRecord.objects,
    SeenRequest.objects,
    Dispute.objects,
    Refund.objects,
    TopUp.objects,
    CheckoutSession.objects,
    Charge.objects,
    PaymentIntent.objects,
    BalanceTransaction.objects,
    Customer.objects,
)
FIRST_PAGE = 1000


@control("GET")
def health(told: Told) -> dict[str, Any]:
    """GET /_control/health: answers once the process serves."""
    told.check_all_read()
    return {"status": "ok", "now": clock.now()}


@control("POST")
def reset(told: Told) -> dict[str, Any]:
    """POST /_control/reset `{keep_accounts?}`: forget everything; knobs go back to how the process was started."""
    keep_accounts = told.get("keep_accounts", bool, default=False)
    told.check_all_read()
    with writing():
        for manager in EVERYTHING:
            manager.all().delete()
        if not keep_accounts:
            Account.objects.all().delete()
        Knobs.objects.all().delete()
        startup.make_first_rows()
    return {"status": "ok"}


@control("GET", "POST")
def settings(told: Told) -> dict[str, Any]:
    """POST /_control/settings `{available_after_days?, retry_after_seconds?, attempts_at_most?}`; GET tells them."""
    names = ("available_after_days", "retry_after_seconds", "attempts_at_most")
    given = {name: told.get(name, int) for name in names}
    told.check_all_read()
    changes = {name: value for name, value in given.items() if value is not None}
    if any(value < 0 for value in changes.values()):
        message = "settings are whole numbers, zero or more"
        raise ControlMisused(message)
    if changes:
        with writing():
            Knobs.objects.update(**changes)
    knobs = Knobs.get()
    return {name: getattr(knobs, name) for name in names}


@control("GET", "POST")
def faults(told: Told) -> dict[str, Any]:
    """POST /_control/faults `{operation?, kind, seconds?, skip?, count?, for_ever?}`; GET lists those left.

    `operation` is a name such as `refunds.create`, or "*" for any; `kind` is one of `standin.models.Fault.KINDS`.
    `skip` lets so many requests pass first; `count` (1 when absent) is how many are struck, unless `for_ever` is true.
    """
    return _add_fault(told)


def _add_fault(told: Told) -> dict[str, Any]:
    kind = told.get("kind", str, default="")
    operation = told.get("operation", str, default="*")
    fields = {"milliseconds": told.milliseconds(), "skip": told.get("skip", int, default=0)}
    count = told.get("count", int, default=1)
    is_for_ever = told.get("for_ever", bool, default=False)
    told.check_all_read()
    if kind:
        if kind not in ON_THE_WAY + AT_WORK:
            message = f"kind must be one of {', '.join(ON_THE_WAY + AT_WORK)}"
            raise ControlMisused(message)
        if operation not in ("*", *OPERATIONS):
            message = f'operation must be "*" or one of {", ".join(OPERATIONS)}'
            raise ControlMisused(message)
        with writing():
            Fault.objects.create(kind=kind, operation=operation, remaining=None if is_for_ever else count, **fields)
    return {
        "faults": list(Fault.objects.order_by("pk").values("operation", "kind", "milliseconds", "skip", "remaining"))
    }


@control("POST")
def clear_faults(told: Told) -> dict[str, Any]:
    """POST /_control/faults/clear: forget all faults."""
    told.check_all_read()
    with writing():
        Fault.objects.all().delete()
    return {"faults": []}


@control("GET")
def requests_seen(told: Told) -> dict[str, Any]:
    """GET /_control/requests?operation=&account=: the requests that came, oldest first, with parameters and status."""
    filters = {"operation": told.get("operation", str), "account_id": told.get("account", str)}
    told.check_all_read()
    found = SeenRequest.objects.filter(**{name: value for name, value in filters.items() if value})
    return {"requests": list(found.order_by("pk").values()[:FIRST_PAGE])}
