"""Shares that are paid for at the stand-in, and the end state that two offers are compared by."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from foundation import outbox
from foundation.models import MailMessage
from ledger.models import Entry
from payments import operations as payment_operations
from payments.models import CheckoutAttempt, ProviderAccount, ProviderEvent, Receipt, Refund
from shares import operations
from shares.models import Application, ShareOffer
from tests.factories import shares as make
from tests.soak.servers import Servers

# Its money is available at once, so that a refund needs no float but the fee.
CARD = "4000000000000077"


def now() -> datetime:
    return datetime.now(UTC)


def make_offer(servers: Servers, *, float_pence: int) -> ShareOffer:
    """An offer that is open now, with so much float at the stand-in."""
    opened = now() - timedelta(days=1)
    approved = make.approved_offer(opens_at=opened, closes_at=now() + timedelta(days=30))
    offer = operations.open_offer(offer=approved, actor=make.SECRETARY, at=opened)
    account = account_of(offer)
    servers.standin.add_account(account)
    servers.standin.add_float(float_pence, account=account)
    return offer


def account_of(offer: ShareOffer) -> str:
    return ProviderAccount.objects.get(organisation=offer.organisation).account_id


def buy(offer: ShareOffer, number_of_shares: int, servers: Servers) -> Application:
    """Reserve, go to the provider's page and pay there; we have not heard of it yet."""
    application = make.complete(offer, number_of_shares, at=now())
    payment = make.reserve(application, at=now())
    payment_operations.start_checkout(
        payment_id=payment.pk, success_url=f"{servers.address}/paid", cancel_url=f"{servers.address}/back", at=now()
    )
    session_id = CheckoutAttempt.objects.get(payment=payment).session_id
    assert session_id is not None
    servers.standin.pay(session_id, card=CARD)
    return make.reread(application)


def settle(application: Application) -> Application:
    """Ask the provider whether it is paid."""
    assert application.payment_id is not None
    payment_operations.refresh_payment(payment_id=application.payment_id, at=now())
    return make.reread(application)


def work(*, ahead: timedelta = timedelta(0)) -> None:
    """Do what is promised in the outbox, until nothing is due."""
    while outbox.drive(at=now() + ahead):
        pass


def end_state(offer: ShareOffer) -> dict[str, Any]:
    """How an offer and its money stand, without names and times."""
    receipts = Receipt.objects.filter(organisation=offer.organisation)
    people = Application.objects.filter(offer=offer).values_list("user__email", flat=True)
    return {
        "applications": Counter(
            Application.objects.filter(offer=offer).values_list("number_of_shares", "state", "end_reason")
        ),
        "balances": make.balances(offer),
        "receipts": Counter(receipts.values_list("gross_pence", "is_duplicate")),
        "refunds": Counter(Refund.objects.filter(receipt__in=receipts).values_list("amount", "state")),
        "entries": Counter(Entry.objects.filter(book=make.book_of(offer.organisation)).values_list("kind", flat=True)),
        "mails": Counter(MailMessage.objects.filter(to__in=people).values_list("template", flat=True)),
        "events": Counter(
            ProviderEvent.objects.filter(account=account_of(offer))
            .exclude(type="mystery.happened")
            .values_list("type", "progress__state")
        ),
    }
