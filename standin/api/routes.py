"""Which path is which operation. The names are those that faults and the list of requests seen use."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from standin.api import handlers_accounts, handlers_checkout, handlers_money
from standin.errors import StripeError

Handler = Callable[..., dict[str, Any] | StripeError]


@dataclass(frozen=True, kw_only=True)
class Route:
    """One operation of the API."""

    method: str
    path: str
    operation: str
    handler: Handler

    @property
    def pattern(self) -> re.Pattern[str]:
        """The path as a pattern, with a named group for each id."""
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path) + r"\Z")


def _route(method: str, path: str, operation: str, handler: Handler) -> tuple[re.Pattern[str], Route]:
    route = Route(method=method, path=path, operation=operation, handler=handler)
    return route.pattern, route


ROUTES = (
    _route("GET", "/v1/account", "account.retrieve", handlers_accounts.retrieve_own_account),
    _route("GET", "/v1/accounts/{connected}", "accounts.retrieve", handlers_accounts.retrieve_account),
    _route("POST", "/v1/customers", "customers.create", handlers_accounts.create_customer),
    _route("GET", "/v1/customers", "customers.list", handlers_accounts.list_customers),
    _route("GET", "/v1/customers/{customer}", "customers.retrieve", handlers_accounts.retrieve_customer),
    _route("POST", "/v1/checkout/sessions", "checkout_sessions.create", handlers_checkout.create_session),
    _route("GET", "/v1/checkout/sessions", "checkout_sessions.list", handlers_checkout.list_sessions),
    _route("GET", "/v1/checkout/sessions/{session}", "checkout_sessions.retrieve", handlers_checkout.retrieve_session),
    _route(
        "GET",
        "/v1/checkout/sessions/{session}/line_items",
        "checkout_sessions.line_items",
        handlers_checkout.list_session_lines,
    ),
    _route(
        "POST", "/v1/checkout/sessions/{session}/expire", "checkout_sessions.expire", handlers_checkout.expire_session
    ),
    _route("POST", "/v1/payment_intents", "payment_intents.create", handlers_checkout.create_intent),
    _route("GET", "/v1/payment_intents", "payment_intents.list", handlers_checkout.list_intents),
    _route("GET", "/v1/payment_intents/{intent}", "payment_intents.retrieve", handlers_checkout.retrieve_intent),
    _route("POST", "/v1/payment_intents/{intent}/confirm", "payment_intents.confirm", handlers_checkout.confirm_intent),
    _route("POST", "/v1/payment_intents/{intent}/cancel", "payment_intents.cancel", handlers_checkout.cancel_intent),
    _route("GET", "/v1/charges", "charges.list", handlers_money.list_charges),
    _route("GET", "/v1/charges/{charge}", "charges.retrieve", handlers_money.retrieve_charge),
    _route("POST", "/v1/refunds", "refunds.create", handlers_money.create_refund),
    _route("GET", "/v1/refunds", "refunds.list", handlers_money.list_refunds),
    _route("GET", "/v1/refunds/{refund}", "refunds.retrieve", handlers_money.retrieve_refund),
    _route("GET", "/v1/balance", "balance.retrieve", handlers_money.retrieve_balance),
    _route("GET", "/v1/balance_transactions", "balance_transactions.list", handlers_money.list_transactions),
    _route(
        "GET",
        "/v1/balance_transactions/{transaction}",
        "balance_transactions.retrieve",
        handlers_money.retrieve_transaction,
    ),
    _route("GET", "/v1/disputes", "disputes.list", handlers_money.list_disputes),
    _route("GET", "/v1/disputes/{dispute}", "disputes.retrieve", handlers_money.retrieve_dispute),
    _route("POST", "/v1/disputes/{dispute}/close", "disputes.close", handlers_money.close_dispute),
    _route("GET", "/v1/events", "events.list", handlers_accounts.list_events),
    _route("GET", "/v1/events/{event}", "events.retrieve", handlers_accounts.retrieve_event),
    _route("POST", "/v1/topups", "topups.create", handlers_money.create_top_up),
    _route("GET", "/v1/topups", "topups.list", handlers_money.list_top_ups),
    _route("GET", "/v1/topups/{topup}", "topups.retrieve", handlers_money.retrieve_top_up),
)

OPERATIONS = tuple(route.operation for _, route in ROUTES)


def find_route(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """Return the operation and the ids in the path.

    Raises:
        StripeError: 404 for a path or a method that is not known here.
    """
    for pattern, route in ROUTES:
        match = pattern.match(path)
        if match is not None and route.method == method:
            return route, match.groupdict()
    message = (
        f"Unrecognized request URL ({method}: {path}). This stand-in knows the operations listed in standin/README.md."
    )
    raise StripeError(404, message, is_saved=False)
