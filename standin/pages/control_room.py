"""The control room: what the stand-in holds, and a few buttons."""

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from standin import clock
from standin.acts import balance, disputes, passing_time, refunds
from standin.errors import StripeError
from standin.models import (
    Account,
    BalanceTransaction,
    Charge,
    CheckoutSession,
    Delivery,
    Dispute,
    Fault,
    Knobs,
    Refund,
    SeenRequest,
    WebhookRule,
)
from standin.store import writing

SEE_OTHER = 303
ROWS = 50
LARGEST_FLOAT = 100_000_000
MOST_DAYS = 3660


@require_GET
def show_room(request: HttpRequest) -> HttpResponse:
    """Show accounts with their balances, sessions, movements, refunds, disputes, webhooks, faults and requests."""
    passing_time.catch_up()
    accounts = []
    for account in Account.objects.order_by("is_platform", "name"):
        available, pending = balance.compute_balance(account)
        accounts.append({"account": account, "available": available, "pending": pending})
    facts = {
        "accounts": accounts,
        "now": clock.now(),
        "knobs": Knobs.get(),
        "sessions": CheckoutSession.objects.select_related("payment_intent", "account")[:ROWS],
        "charges": Charge.objects.select_related("balance_transaction", "account", "payment_intent")[:ROWS],
        "movements": BalanceTransaction.objects.select_related("account")[:ROWS],
        "refunds": Refund.objects.select_related("account", "charge")[:ROWS],
        "disputes": Dispute.objects.select_related("account", "charge")[:ROWS],
        "deliveries": Delivery.objects.select_related("event").order_by("-pk")[:ROWS],
        "rules": WebhookRule.objects.order_by("pk"),
        "faults": Fault.objects.exclude(remaining=0).order_by("pk"),
        "requests_seen": SeenRequest.objects.order_by("-pk")[:ROWS],
    }
    return render(request, "standin/room.html", facts)


@require_POST
def press_button(request: HttpRequest, act: str) -> HttpResponse:
    """Do what a button says: move the clock, add float, dispute a charge, close a dispute, fail a refund."""
    try:
        with writing():
            _press(act, request.POST.get("id", ""), request.POST.get("value", ""))
    except (StripeError, ValueError, ObjectDoesNotExist) as error:
        return render(request, "standin/refused.html", {"message": str(error)}, status=400)
    passing_time.catch_up()
    response = HttpResponseRedirect("/")
    response.status_code = SEE_OTHER
    return response


def _press(act: str, object_id: str, value: str) -> None:
    if act == "clock":
        knobs = Knobs.objects.get()
        knobs.clock_ahead_seconds += min(max(int(value), 0), MOST_DAYS) * balance.SECONDS_IN_A_DAY
        knobs.save()
    elif act == "float":
        pence = int(value) * 100
        if not 0 < pence <= LARGEST_FLOAT:
            message = "Add between £1 and £1,000,000."
            raise ValueError(message)
        balance.add_float(Account.objects.get(pk=object_id), amount=pence)
    elif act == "dispute":
        disputes.open_dispute(Charge.objects.get(id=object_id), reason="fraudulent")
    elif act == "close-dispute":
        disputes.close_dispute(Dispute.objects.get(id=object_id), is_won=value == "won")
    elif act == "fail-refund":
        refunds.fail_refund(Refund.objects.get(id=object_id), reason="expired_or_canceled_card")
    else:
        message = f"There is no button {act}."
        raise ValueError(message)
