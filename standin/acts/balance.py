"""The balance of an account: available money, pending money, and added float."""

from django.db.models import Q, Sum

from standin import clock
from standin.acts import events
from standin.fees import compute_card_fee
from standin.models import Account, BalanceTransaction, Charge, Knobs, TopUp
from standin.store import new_id

SECONDS_IN_A_DAY = 24 * 60 * 60


def compute_balance(account: Account) -> tuple[int, int]:
    """Return (available, pending) pence at this moment of the stand-in's clock."""
    now = clock.now()
    sums = BalanceTransaction.objects.filter(account=account).aggregate(
        available=Sum("net", filter=Q(available_on__lte=now)),
        pending=Sum("net", filter=Q(available_on__gt=now)),
    )
    return sums["available"] or 0, sums["pending"] or 0


def move(
    account: Account,
    *,
    amount: int,
    source: str,
    type: str,  # noqa: A002 - Stripe's own name for the field.
    reporting_category: str,
    fee: int = 0,
    fee_description: str = "",
    description: str = "",
    available_on: int | None = None,
) -> BalanceTransaction:
    """Record one movement of the balance, in pence: available at once unless said otherwise."""
    now = clock.now()
    return BalanceTransaction.objects.create(
        id=new_id("txn"),
        account=account,
        created=now,
        amount=amount,
        fee=fee,
        net=amount - fee,
        type=type,
        reporting_category=reporting_category,
        description=description,
        fee_description=fee_description,
        source=source,
        available_on=now if available_on is None else available_on,
    )


def take_charge(charge: Charge, *, is_available_at_once: bool) -> BalanceTransaction:
    """Add a successful charge to the balance, less the fee; the money can be used some days later."""
    now = clock.now()
    wait = 0 if is_available_at_once else Knobs.get().available_after_days * SECONDS_IN_A_DAY
    return move(
        charge.account,
        amount=charge.amount,
        fee=compute_card_fee(amount=charge.amount, timestamp=now),
        fee_description="Stripe processing fees",
        source=charge.id,
        type="charge",
        reporting_category="charge",
        description=charge.payment_intent.description,
        available_on=now + wait,
    )


def add_float(account: Account, *, amount: int, description: str = "") -> TopUp:
    """Add money to an account's available balance, as a top-up from its bank that has arrived."""
    top_up = TopUp(id=new_id("tu"), account=account, created=clock.now(), amount=amount, description=description)
    top_up.balance_transaction = move(
        account,
        amount=amount,
        source=top_up.id,
        type="topup",
        reporting_category="topup",
        description=description or "Top-up",
    )
    top_up.save()
    events.record("topup.succeeded", top_up)
    return top_up
