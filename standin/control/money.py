"""Controls of accounts and money: float, clock, cards presented without a browser, disputes, refunds that fail."""

from typing import Any, TypeVar

from django.db.models import F

from standin import clock
from standin.acts import balance, checkout, disputes, passing_time, refunds
from standin.api.handlers_accounts import unknown_account
from standin.cards import find_card
from standin.control.reading import ControlMisused, Told, control
from standin.errors import missing
from standin.models import Account, Charge, CheckoutSession, Dispute, Knobs, Refund, StripeObject
from standin.shapes import show
from standin.store import new_id, writing

FURTHEST_AHEAD_SECONDS = 10 * 366 * balance.SECONDS_IN_A_DAY

Kind = TypeVar("Kind", bound=StripeObject)


def _get(model: type[Kind], object_id: str) -> Kind:
    found = model.objects.filter(id=object_id).first()
    if found is None:
        raise missing(model.noun, object_id, param="id")
    return found


def _get_account(account_id: str) -> Account:
    found = Account.objects.filter(pk=account_id).first()
    if found is None:
        raise unknown_account(account_id)
    return found


@control("POST")
def add_account(told: Told) -> dict[str, Any]:
    """POST /_control/accounts `{id?, name?, charges_enabled?, short_refunds?}`: add an account, or change one.

    `short_refunds` is "wait", "debit" or "refuse": what happens to a refund that the available balance does not cover.
    """
    account_id = told.get("id", str, default="") or new_id("acct")
    fields = {
        "name": told.get("name", str),
        "charges_enabled": told.get("charges_enabled", bool),
        "short_refunds": told.get("short_refunds", str),
    }
    told.check_all_read()
    if fields["short_refunds"] not in (None, *dict(Account.SHORT_REFUNDS)):
        message = f"short_refunds must be one of {', '.join(dict(Account.SHORT_REFUNDS))}"
        raise ControlMisused(message)
    given = {name: value for name, value in fields.items() if value is not None}
    with writing():
        account, _ = Account.objects.update_or_create(
            id=account_id,
            defaults=given,
            create_defaults={"name": account_id, "created": clock.now(), **given},
        )
    return show(account)


@control("POST")
def add_float(told: Told, *, account_id: str) -> dict[str, Any]:
    """POST /_control/accounts/{id}/float `{amount}`: add pence to the available balance; waiting refunds are paid."""
    amount = told.get("amount", int)
    told.check_all_read()
    if amount is None or amount <= 0:
        message = "amount must be a whole number of pence, more than zero"
        raise ControlMisused(message)
    with writing():
        top_up = balance.add_float(_get_account(account_id), amount=amount)
    passing_time.catch_up()
    return show(top_up)


@control("GET", "POST")
def move_clock(told: Told) -> dict[str, Any]:
    """POST /_control/clock `{seconds?, days?}`: move the clock forward, and do what falls due; GET tells it."""
    ahead = told.get("seconds", int, default=0) + told.get("days", int, default=0) * balance.SECONDS_IN_A_DAY
    told.check_all_read()
    if not 0 <= ahead <= FURTHEST_AHEAD_SECONDS:
        message = "the clock moves forward only, ten years at most at a time"
        raise ControlMisused(message)
    if ahead:
        with writing():
            Knobs.objects.update(clock_ahead_seconds=F("clock_ahead_seconds") + ahead)
        passing_time.catch_up()
    return {"now": clock.now(), "ahead_seconds": Knobs.get().clock_ahead_seconds}


@control("POST")
def pay_session(told: Told, *, session_id: str) -> dict[str, Any]:
    """POST /_control/checkout/{session}/pay `{card?, name?, email?, confirm?}`: pay as the page would.

    `card` is a test number (4242 4242 4242 4242 when absent); `confirm` answers the bank's question (3D Secure) where
    the card asks one: true, false, or absent to leave it open. Answers the session and its intent.
    """
    card = find_card(told.get("card", str, default="4242424242424242"))
    payer = checkout.Payer(name=told.get("name", str, default=""), email=told.get("email", str, default=""))
    is_confirmed = told.get("confirm", bool)
    told.check_all_read()
    if card is None:
        message = "card must be one of the practice cards"
        raise ControlMisused(message)
    with writing():
        session = _get(CheckoutSession, session_id)
        checkout.pay(session, card=card, payer=payer)
        if card.needs_confirmation and is_confirmed is not None:
            checkout.finish_confirmation(session, is_confirmed=is_confirmed)
    assert session.payment_intent is not None, "presenting a card makes the intent"
    return {"session": show(session), "payment_intent": show(session.payment_intent)}


@control("POST")
def expire_session(told: Told, *, session_id: str) -> dict[str, Any]:
    """POST /_control/checkout/{session}/expire: expire it as time would."""
    told.check_all_read()
    with writing():
        session = _get(CheckoutSession, session_id)
        checkout.expire_session(session)
    return show(session)


@control("POST")
def open_dispute(told: Told) -> dict[str, Any]:
    """POST /_control/disputes `{charge | payment_intent, reason?, amount?}`: the cardholder disputes a charge."""
    charge_id = told.get("charge", str, default="")
    intent_id = told.get("payment_intent", str, default="")
    reason = told.get("reason", str, default="fraudulent")
    amount = told.get("amount", int)
    told.check_all_read()
    with writing():
        if charge_id:
            charge = _get(Charge, charge_id)
        else:
            found = Charge.objects.filter(payment_intent__id=intent_id, status="succeeded").first()
            if found is None:
                raise missing("charge", intent_id, param="payment_intent")
            charge = found
        return show(disputes.open_dispute(charge, reason=reason, amount=amount))


@control("POST")
def close_dispute(told: Told, *, dispute_id: str) -> dict[str, Any]:
    """POST /_control/disputes/{id}/close `{outcome: "won" | "lost"}`."""
    outcome = told.get("outcome", str)
    told.check_all_read()
    if outcome not in ("won", "lost"):
        message = 'outcome must be "won" or "lost"'
        raise ControlMisused(message)
    with writing():
        return show(disputes.close_dispute(_get(Dispute, dispute_id), is_won=outcome == "won"))


@control("POST")
def fail_refund(told: Told, *, refund_id: str) -> dict[str, Any]:
    """POST /_control/refunds/{id}/fail `{reason?}`: the card's bank sends a refund back."""
    reason = told.get("reason", str, default="expired_or_canceled_card")
    told.check_all_read()
    with writing():
        refund = refunds.fail_refund(_get(Refund, refund_id), reason=reason)
    passing_time.catch_up()
    return show(refund)
