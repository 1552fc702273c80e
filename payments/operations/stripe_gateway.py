"""The only module that imports stripe: every question to the provider and every order to it.

# Note [Where the client lives]
It stands in `operations`, because only acts may ask the provider; queries, pages and other rooms read what was
stored. Nothing of stripe's own types leaves this module: callers get the plain values of `provider_facts`.

# Note [Whose account]
Every call names the society's connected account (direct charges): the society is the merchant, its balance holds
the money, and an object of another account cannot be reached by its id.

# Note [Retries]
The library repeats a call that was cut off, under the same idempotency key. A key is derived from our own rows and
stored before the first try, so a repeat after a crash is the same request too. The provider may forget keys after
24 hours; from then on we look for the object instead of sending again (`KEY_LIFETIME`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

import stripe
from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import DomainError
from foundation.guards import refuse_in_transaction
from payments.operations import provider_facts as facts
from payments.operations import provider_reading
from payments.operations.errors import (
    BalanceTooLow,
    MissingAtProvider,
    ProviderRefused,
    ProviderUnavailable,
    SignatureInvalid,
)

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

Answer = TypeVar("Answer")

CONNECT_TIMEOUT_SECONDS: Final = 4
READ_TIMEOUT_SECONDS: Final = 20
MAX_NETWORK_RETRIES: Final = 2
# One hour is kept back, because the provider counts from its own clock.
KEY_LIFETIME: Final = timedelta(hours=23)
SIGNATURE_TOLERANCE_SECONDS: Final = 300
PAGE_SIZE: Final = 100
_BALANCE_CODES: Final = ("balance_insufficient", "insufficient_funds")
_CHARGE_PATH: Final = "latest_charge.balance_transaction"


def make_http_client() -> stripe.HTTPClient:
    """Make the transport: bounded waits, one pool of connections for each thread."""
    return stripe.RequestsClient(timeout=(CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS))


@lru_cache(maxsize=4)
def _client(api_key: str, api_base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        api_key,
        base_addresses={"api": api_base},
        max_network_retries=MAX_NETWORK_RETRIES,
        http_client=make_http_client(),
    )


def forget_client() -> None:
    """Drop the client that was made, for instance after the settings changed."""
    _client.cache_clear()


def _api() -> Any:
    # The library's generated types are wider than what we read; `provider_facts` is the typed border.
    return _client(settings.STRIPE_API_KEY, settings.STRIPE_API_BASE).v1


def is_live() -> bool:
    """Tell whether our key moves real money."""
    return settings.STRIPE_API_KEY.startswith(("sk_live_", "rk_live_"))


# --- Sessions and charges ------------------------------------------------------------------------


def create_session(*, account: str, key: str, params: SessionCreateParams) -> facts.SessionFacts:
    """Open a checkout page. Safe to repeat with the same key and parameters.

    Raises:
        ProviderUnavailable: no answer; the page may be open.
        ProviderRefused: the provider will not open it.
    """
    options = {"stripe_account": account, "idempotency_key": key}
    return provider_reading.read_session(session=_ask(lambda: _api().checkout.sessions.create(params, options)))


def get_session(*, account: str, session_id: str) -> facts.SessionFacts:
    """Ask how a checkout page stands, and for the charge behind it.

    Raises:
        ProviderUnavailable: no answer.
        MissingAtProvider: this account has no such page.
    """
    params = {"expand": [f"payment_intent.{_CHARGE_PATH}"]}
    options = {"stripe_account": account}
    return provider_reading.read_session(
        session=_ask(lambda: _api().checkout.sessions.retrieve(session_id, params, options))
    )


def expire_session(*, account: str, session_id: str, key: str) -> facts.SessionFacts:
    """Close a checkout page.

    Raises:
        ProviderUnavailable: no answer; the page may be closed.
        ProviderRefused: the page is not open any more: it was paid, or it had expired.
    """
    options = {"stripe_account": account, "idempotency_key": key}
    return provider_reading.read_session(session=_ask(lambda: _api().checkout.sessions.expire(session_id, {}, options)))


def list_sessions_created(*, account: str, since: datetime, until: datetime) -> list[facts.SessionFacts]:
    """List the checkout pages that were opened in a period; used to find one whose answer was lost.

    Raises:
        ProviderUnavailable: no answer.
    """
    params = {"created": {"gte": _stamp(since), "lt": _stamp(until)}, "limit": PAGE_SIZE}
    options = {"stripe_account": account}
    return _ask(
        lambda: [
            provider_reading.read_session(session=s) for s in _pages(_api().checkout.sessions.list(params, options))
        ]
    )


def find_session_of_intent(*, account: str, payment_intent_id: str) -> facts.SessionFacts | None:
    """Find the checkout page that a payment intent belongs to.

    Raises:
        ProviderUnavailable: no answer.
    """
    params = {"payment_intent": payment_intent_id, "limit": 1}
    options = {"stripe_account": account}
    found = _ask(lambda: _api().checkout.sessions.list(params, options))
    return provider_reading.read_session(session=found.data[0]) if found.data else None


def get_charge(*, account: str, charge_id: str) -> facts.ChargeFacts:
    """Ask how a charge stands.

    Raises:
        ProviderUnavailable: no answer.
        MissingAtProvider: this account has no such charge.
    """
    params = {"expand": ["balance_transaction"]}
    options = {"stripe_account": account}
    return provider_reading.read_charge(charge=_ask(lambda: _api().charges.retrieve(charge_id, params, options)))


def find_charge_of_intent(*, account: str, payment_intent_id: str) -> facts.ChargeFacts | None:
    """Find the latest charge of a payment intent, if there was any.

    Raises:
        ProviderUnavailable: no answer.
        MissingAtProvider: this account has no such intent.
    """
    params = {"expand": [_CHARGE_PATH]}
    options = {"stripe_account": account}
    intent = _ask(lambda: _api().payment_intents.retrieve(payment_intent_id, params, options))
    return None if intent.latest_charge is None else provider_reading.read_charge(charge=intent.latest_charge)


# --- Refunds, disputes, balance ------------------------------------------------------------------


def create_refund(
    *, account: str, key: str, charge_id: str, amount: int, metadata: dict[str, str]
) -> facts.RefundFacts:
    """Send money back to the card it came from. Safe to repeat with the same key within `KEY_LIFETIME`.

    Raises:
        ProviderUnavailable: no answer; the refund may have been made.
        BalanceTooLow: nothing was made, for want of available balance.
        ProviderRefused: nothing was made, for another reason.
    """
    params = {
        "charge": charge_id,
        "amount": amount,
        "metadata": metadata,
        "expand": ["balance_transaction", "failure_balance_transaction"],
    }
    options = {"stripe_account": account, "idempotency_key": key}
    return provider_reading.read_refund(refund=_ask(lambda: _api().refunds.create(params, options)))


def get_refund(*, account: str, refund_id: str) -> facts.RefundFacts:
    """Ask how a refund stands.

    Raises:
        ProviderUnavailable: no answer.
        MissingAtProvider: this account has no such refund.
    """
    params = {"expand": ["balance_transaction", "failure_balance_transaction"]}
    options = {"stripe_account": account}
    return provider_reading.read_refund(refund=_ask(lambda: _api().refunds.retrieve(refund_id, params, options)))


def list_refunds_of_charge(*, account: str, charge_id: str) -> list[facts.RefundFacts]:
    """List every refund of a charge.

    Raises:
        ProviderUnavailable: no answer.
    """
    params = {
        "charge": charge_id,
        "limit": PAGE_SIZE,
        "expand": ["data.balance_transaction", "data.failure_balance_transaction"],
    }
    options = {"stripe_account": account}
    return _ask(lambda: [provider_reading.read_refund(refund=r) for r in _pages(_api().refunds.list(params, options))])


def get_dispute(*, account: str, dispute_id: str) -> facts.DisputeFacts:
    """Ask how a dispute stands.

    Raises:
        ProviderUnavailable: no answer.
        MissingAtProvider: this account has no such dispute.
    """
    options = {"stripe_account": account}
    return provider_reading.read_dispute(dispute=_ask(lambda: _api().disputes.retrieve(dispute_id, {}, options)))


def get_balance(*, account: str, currency: str) -> facts.BalanceFacts:
    """Ask what is in the account, in one currency.

    Raises:
        ProviderUnavailable: no answer.
    """
    balance = _ask(lambda: _api().balance.retrieve({}, {"stripe_account": account}))
    wanted = currency.lower()
    return facts.BalanceFacts(
        available=sum(part.amount for part in balance.available if part.currency == wanted),
        pending=sum(part.amount for part in balance.pending if part.currency == wanted),
    )


def list_statement(*, account: str, since: datetime, until: datetime) -> list[facts.StatementLine]:
    """List every movement of the balance in a period, oldest first.

    Raises:
        ProviderUnavailable: no answer.
    """
    params = {"created": {"gte": _stamp(since), "lt": _stamp(until)}, "limit": PAGE_SIZE}
    options = {"stripe_account": account}
    lines = _ask(
        lambda: [
            provider_reading.read_line(line=one) for one in _pages(_api().balance_transactions.list(params, options))
        ]
    )
    return lines[::-1]


# --- Signed messages -----------------------------------------------------------------------------


def read_signed_event(*, body: bytes, signature: str) -> facts.EventFacts:
    """Check who signed a message and when, and read which object it is about.

    Args:
        body: The bytes as they came; the signature covers them.
        signature: The `Stripe-Signature` header.

    Raises:
        SignatureInvalid: no secret of ours made the signature, or it is more than 300 seconds old.
    """
    # Two secrets, with a comma between them, are in force while one replaces the other.
    for secret in settings.STRIPE_WEBHOOK_SECRET.split(","):
        try:
            event = stripe.Webhook.construct_event(  # type: ignore[no-untyped-call]
                body, signature, secret.strip(), tolerance=SIGNATURE_TOLERANCE_SECONDS
            )
        except (stripe.SignatureVerificationError, ValueError):
            continue
        return provider_reading.read_event(event=event.to_dict())
    raise SignatureInvalid(_("This message was not signed by the payment provider, or too long ago."))


# --- Reading -------------------------------------------------------------------------------------


def _ask(question: Callable[[], Answer]) -> Answer:
    """Ask the provider, outside any transaction, and turn its errors into ours."""
    refuse_in_transaction()
    try:
        return question()
    except stripe.InvalidRequestError as refusal:
        raise _refusal(refusal) from refusal
    except (stripe.AuthenticationError, stripe.PermissionError, stripe.IdempotencyError) as refusal:
        raise ProviderRefused(_("The payment provider refused us."), provider_code=type(refusal).__name__) from refusal
    except stripe.StripeError as failure:
        raise ProviderUnavailable(
            _("The payment provider does not answer. Please try again in a minute."), failure=type(failure).__name__
        ) from failure


def _refusal(refusal: stripe.InvalidRequestError) -> DomainError:
    code = refusal.code or ""
    if code == "resource_missing":
        return MissingAtProvider(_("The payment provider knows of no such thing."), provider_code=code)
    if code in _BALANCE_CODES:
        return BalanceTooLow(_("The balance at the payment provider is too low."), provider_code=code)
    return ProviderRefused(
        _("The payment provider refused."), provider_code=code or "unnamed", parameter=refusal.param or ""
    )


def _pages(first_page: Any) -> Iterator[Any]:
    # The library fetches further pages by itself, inside the same question.
    yield from first_page.auto_paging_iter()


def _stamp(at: datetime) -> int:
    return int(at.timestamp())
