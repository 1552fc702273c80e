"""Accounts, customers and events over the API."""

from typing import Any

from standin import clock
from standin.api.finding import get_object, list_objects
from standin.api.parameters import Parameters
from standin.errors import StripeError
from standin.models import Account, Customer, Event
from standin.shapes import show
from standin.store import new_id

Answer = dict[str, Any] | StripeError


def unknown_account(account_id: str) -> StripeError:
    """Return the refusal for an account that the key does not reach."""
    message = (
        f"The provided key 'sk_test_***' does not have access to account '{account_id}' (or that account does not "
        "exist). Application access may have been revoked."
    )
    return StripeError(403, message, code="account_invalid", is_saved=False)


def retrieve_own_account(account: Account, parameters: Parameters) -> Answer:
    """GET /v1/account."""
    parameters.refuse_unknown()
    return show(account)


def retrieve_account(account: Account, parameters: Parameters, *, connected: str) -> Answer:
    """GET /v1/accounts/{account}: the account itself, or any connected one when the platform asks."""
    parameters.refuse_unknown()
    found = Account.objects.filter(pk=connected).first()
    if found is None or (not account.is_platform and found != account):
        raise unknown_account(connected)
    return show(found)


def create_customer(account: Account, parameters: Parameters) -> Answer:
    """POST /v1/customers."""
    fields = {
        "name": parameters.text("name", longest=256),
        "email": parameters.text("email", longest=512),
        "phone": parameters.text("phone", longest=20),
        "description": parameters.text("description"),
        "metadata": parameters.metadata(),
    }
    parameters.refuse_unknown()
    customer = Customer.objects.create(id=new_id("cus"), account=account, created=clock.now(), **fields)
    return show(customer)


def retrieve_customer(account: Account, parameters: Parameters, *, customer: str) -> Answer:
    """GET /v1/customers/{customer}."""
    parameters.refuse_unknown()
    return show(get_object(Customer, account, customer, param="id"))


def list_customers(account: Account, parameters: Parameters) -> Answer:
    """GET /v1/customers."""
    return list_objects(Customer, account, parameters, url="/v1/customers", email=parameters.text("email"))


def retrieve_event(account: Account, parameters: Parameters, *, event: str) -> Answer:
    """GET /v1/events/{id}."""
    parameters.refuse_unknown()
    return show(get_object(Event, account, event, param="id"))


def list_events(account: Account, parameters: Parameters) -> Answer:
    """GET /v1/events."""
    types = parameters.texts("types")
    return list_objects(Event, account, parameters, url="/v1/events", type=parameters.text("type"), type__in=types)
