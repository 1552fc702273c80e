"""What the API takes and refuses: accounts, parameters, lists, expansion, payment intents, customers."""

from __future__ import annotations

import time

import pytest
import stripe

from tests.standin.acts import OPTIONS, buy, open_session, session_parameters
from tests.standin.process import ACCOUNT, Standin
from tests.stripe_spec.client import SpecCheckedClient

NAMELESS = {"quantity": 1, "price_data": {"currency": "gbp", "unit_amount": 500, "product_data": {"nme": "x"}}}
DIGITS_ONLY = {"statement_descriptor_suffix": "123"}
TOO_DEEP = "latest_charge.payment_intent.latest_charge.payment_intent.latest_charge"


def test_each_account_sees_only_what_is_its_own(standin: Standin, client: stripe.StripeClient):
    standin.add_account("acct_other")
    session = open_session(client)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.retrieve(session.id, {}, {"stripe_account": "acct_other"})

    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    assert client.v1.checkout.sessions.list({}, {"stripe_account": "acct_other"}).data == []
    assert client.v1.checkout.sessions.list({}).data == []


def test_unknown_account_is_refused_as_stripe_refuses_it(client: stripe.StripeClient):
    with pytest.raises(stripe.PermissionError) as refused:
        client.v1.balance.retrieve({}, {"stripe_account": "acct_nobody"})

    assert (refused.value.http_status, refused.value.error.code) == (403, "account_invalid")


def test_account_can_be_read_by_itself_and_by_the_platform(client: stripe.StripeClient):
    assert client.v1.accounts.retrieve_current({}, OPTIONS).id == ACCOUNT
    seen = client.v1.accounts.retrieve(ACCOUNT)
    assert (seen.business_profile.name, seen.charges_enabled) == ("The Fox and Hounds Community Society", True)
    with pytest.raises(stripe.PermissionError):
        client.v1.accounts.retrieve("acct_nobody")


def test_account_without_charges_opens_no_session(standin: Standin, client: stripe.StripeClient):
    standin.add_account(ACCOUNT, charges_enabled=False)

    with pytest.raises(stripe.InvalidRequestError):
        open_session(client)


@pytest.mark.parametrize("key", ["", "sk_live_real", "pk_test_public"])
def test_only_practice_keys_are_taken(standin: Standin, key: str):
    client = stripe.StripeClient(key or " ", base_addresses={"api": standin.base_url}, max_network_retries=0)

    with pytest.raises(stripe.AuthenticationError):
        client.v1.balance.retrieve()


def test_another_version_of_the_api_is_refused(standin: Standin):
    client = stripe.StripeClient(
        "sk_test_x", base_addresses={"api": standin.base_url}, stripe_version="2020-08-27", max_network_retries=0
    )

    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"):
        client.v1.balance.retrieve()


@pytest.mark.parametrize(
    ("changes", "param", "code"),
    [
        ({"sucess_url": "http://127.0.0.1/"}, "sucess_url", "parameter_unknown"),
        ({"line_items": [NAMELESS]}, "line_items[0][price_data][product_data][name]", "parameter_missing"),
        ({"line_items": []}, "line_items", "parameter_missing"),
        ({"success_url": "not a url"}, "success_url", "url_invalid"),
        ({"mode": "subscription"}, "mode", None),
        ({"expires_at": 1}, "expires_at", None),
        ({"expires_at": int(time.time()) + 25 * 3600}, "expires_at", None),
        ({"client_reference_id": "x" * 201}, "client_reference_id", None),
        ({"metadata": {"k" * 41: "v"}}, "metadata", None),
        ({"payment_intent_data": {"description": "x" * 1_001}}, "payment_intent_data[description]", None),
        ({"payment_intent_data": DIGITS_ONLY}, "payment_intent_data[statement_descriptor_suffix]", None),
        ({"payment_method_types": ["bacs_debit"]}, "payment_method_types", None),
    ],
)  # fmt: skip
def test_wrong_parameters_are_named_and_nothing_is_made(
    client: stripe.StripeClient, spec_client: SpecCheckedClient, changes: dict, param: str, code: str | None
):
    with spec_client.wrong_requests_allowed(), pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(session_parameters(**changes), OPTIONS)

    assert (refused.value.http_status, refused.value.param, refused.value.code) == (400, param, code)
    assert client.v1.checkout.sessions.list({}, OPTIONS).data == []


@pytest.mark.parametrize(("amount", "code"), [(29, "amount_too_small"), (100_000_000, None)])
def test_amounts_outside_the_limits_are_refused(client: stripe.StripeClient, amount: int, code: str | None):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_session(client, amount)

    assert refused.value.code == code


def test_lists_are_walked_by_cursor_without_gap_or_repeat(client: stripe.StripeClient):
    made = [open_session(client, 1_000 + n).id for n in range(25)]

    first = client.v1.checkout.sessions.list({"limit": 10}, OPTIONS)
    second = client.v1.checkout.sessions.list({"limit": 10, "starting_after": first.data[-1].id}, OPTIONS)
    third = client.v1.checkout.sessions.list({"limit": 10, "starting_after": second.data[-1].id}, OPTIONS)
    back = client.v1.checkout.sessions.list({"limit": 10, "ending_before": second.data[0].id}, OPTIONS)

    assert [len(page.data) for page in (first, second, third)] == [10, 10, 5]
    assert [page.has_more for page in (first, second, third)] == [True, True, False]
    assert [session.id for page in (first, second, third) for session in page.data] == made[::-1]
    assert [session.id for session in back.data] == [session.id for session in first.data]
    walked = [session.id for session in client.v1.checkout.sessions.list({"limit": 7}, OPTIONS).auto_paging_iter()]
    assert walked == made[::-1]


@pytest.mark.parametrize("wrong", [{"limit": 101}, {"limit": 0}, {"starting_after": "cs_test_none"}])
def test_wrong_pages_are_refused(client: stripe.StripeClient, wrong: dict):
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.list(wrong, OPTIONS)


def test_lists_are_narrowed_by_time_and_by_intent(standin: Standin, client: stripe.StripeClient):
    early = buy(standin, client)
    standin.move_clock(days=1)
    late = buy(standin, client)

    after = client.v1.charges.list({"created": {"gt": early.created}}, OPTIONS)
    until = client.v1.charges.list({"created": {"lte": late.created - 3600}}, OPTIONS)
    exactly = client.v1.charges.list({"created": late.latest_charge.created}, OPTIONS)
    of_intent = client.v1.charges.list({"payment_intent": early.id}, OPTIONS)

    assert [charge.payment_intent for charge in after.data] == [late.id]
    assert [charge.payment_intent for charge in until.data] == [early.id]
    assert [charge.payment_intent for charge in exactly.data] == [late.id]
    assert [charge.payment_intent for charge in of_intent.data] == [early.id]
    sessions = client.v1.checkout.sessions.list({"payment_intent": late.id}, OPTIONS)
    assert [session.payment_intent for session in sessions.data] == [late.id]


def test_expansion_replaces_ids_in_objects_and_lists(standin: Standin, client: stripe.StripeClient):
    standin.add_float(50_000)
    intent = buy(standin, client)
    client.v1.refunds.create({"payment_intent": intent.id}, OPTIONS)

    plain = client.v1.payment_intents.retrieve(intent.id, {}, OPTIONS)
    refunds = client.v1.refunds.list({"expand": ["data.charge.balance_transaction"]}, OPTIONS)
    charge = client.v1.charges.retrieve(intent.latest_charge.id, {"expand": ["refunds", "payment_intent"]}, OPTIONS)
    movements = client.v1.balance_transactions.list({"type": "refund", "expand": ["data.source"]}, OPTIONS)

    assert isinstance(plain.latest_charge, str)
    assert refunds.data[0].charge.balance_transaction.fee == 770
    assert [refund.amount for refund in charge.refunds.data] == [50_000]
    assert charge.payment_intent.id == intent.id
    assert movements.data[0].source.object == "refund"


@pytest.mark.parametrize("path", ["amount", "latest_charge.nonsense", TOO_DEEP])
def test_what_cannot_be_expanded_is_refused(standin: Standin, client: stripe.StripeClient, path: str):
    intent = buy(standin, client)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.retrieve(intent.id, {"expand": [path]}, OPTIONS)

    assert refused.value.param == "expand"


def test_intent_confirmed_over_the_api_pays_or_says_why_not(client: stripe.StripeClient):
    intent = client.v1.payment_intents.create({"amount": 2_000, "currency": "gbp"}, OPTIONS)

    with pytest.raises(stripe.CardError) as declined:
        client.v1.payment_intents.confirm(
            intent.id, {"payment_method": "pm_card_visa_chargeDeclinedInsufficientFunds"}, OPTIONS
        )
    after_decline = client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]}, OPTIONS)
    paid = client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}, OPTIONS)

    assert declined.value.code == "card_declined"
    assert declined.value.error.decline_code == "insufficient_funds"
    assert after_decline.status == "requires_payment_method"
    assert (after_decline.latest_charge.status, after_decline.latest_charge.paid) == ("failed", False)
    assert (paid.status, paid.amount_received) == ("succeeded", 2_000)
    assert len(client.v1.charges.list({"payment_intent": intent.id}, OPTIONS).data) == 2
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.cancel(intent.id, {}, OPTIONS)


def test_intent_that_needs_the_bank_names_the_page_to_go_to(standin: Standin, client: stripe.StripeClient):
    intent = client.v1.payment_intents.create(
        {
            "amount": 2_000,
            "currency": "gbp",
            "confirm": True,
            "payment_method": "pm_card_authenticationRequired",
            "return_url": "http://127.0.0.1:9/back",
        },
        OPTIONS,
    )

    assert intent.status == "requires_action"
    assert intent.next_action.redirect_to_url.url == f"{standin.base_url}/c/confirm/{intent.id}"


def test_intent_can_be_cancelled_but_not_that_of_a_session(standin: Standin, client: stripe.StripeClient):
    own = client.v1.payment_intents.create({"amount": 2_000, "currency": "gbp"}, OPTIONS)
    session = open_session(client)
    declined = standin.pay(session.id, card="4000000000000002")["payment_intent"]

    cancelled = client.v1.payment_intents.cancel(own.id, {"cancellation_reason": "abandoned"}, OPTIONS)
    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        client.v1.payment_intents.cancel(declined["id"], {}, OPTIONS)

    assert (cancelled.status, cancelled.cancellation_reason) == ("canceled", "abandoned")


def test_expired_session_takes_no_money_and_cancels_its_intent(standin: Standin, client: stripe.StripeClient):
    session = open_session(client)
    declined = standin.pay(session.id, card="4000000000000002")["payment_intent"]

    expired = client.v1.checkout.sessions.expire(session.id, {}, OPTIONS)

    assert (expired.status, expired.payment_status, expired.url) == ("expired", "unpaid", None)
    assert client.v1.payment_intents.retrieve(declined["id"], {}, OPTIONS).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="status of expired"):
        client.v1.checkout.sessions.expire(session.id, {}, OPTIONS)


def test_session_expires_by_itself_when_its_time_has_come(standin: Standin, client: stripe.StripeClient):
    session = open_session(client, expires_at=int(time.time()) + 1_800)

    standin.move_clock(seconds=1_801)

    assert client.v1.checkout.sessions.retrieve(session.id, {}, OPTIONS).status == "expired"
    assert [event.type for event in client.v1.events.list({}, OPTIONS).data] == ["checkout.session.expired"]


def test_customers_are_kept_and_belong_to_their_payments(standin: Standin, client: stripe.StripeClient):
    customer = client.v1.customers.create({"name": "Ada", "email": "ada@example.org", "metadata": {"p": "1"}}, OPTIONS)
    session = open_session(client, customer=customer.id, expand=["customer"])
    standin.pay(session.id)

    assert session.customer.name == "Ada"
    assert [found.id for found in client.v1.customers.list({"email": "ada@example.org"}, OPTIONS).data] == [customer.id]
    [intent] = client.v1.payment_intents.list({"customer": customer.id}, OPTIONS).data
    assert intent.customer == customer.id


def test_metadata_and_descriptor_reach_intent_and_charge(standin: Standin, client: stripe.StripeClient):
    data = {
        "metadata": {"payment": "pay_1"},
        "description": "Shares in the Fox",
        "statement_descriptor_suffix": "FOX SHARES",
    }
    session = open_session(client, client_reference_id="pay_1", metadata={"a": "b"}, payment_intent_data=data)
    standin.pay(session.id, name="Ada Lovelace", email="ada@example.org")

    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]}, OPTIONS)
    charge = paid.payment_intent.latest_charge
    assert (paid.client_reference_id, paid.metadata["a"]) == ("pay_1", "b")
    assert (paid.customer_details.name, paid.customer_details.email) == ("Ada Lovelace", "ada@example.org")
    assert (charge.metadata["payment"], charge.description) == ("pay_1", "Shares in the Fox")
    assert charge.statement_descriptor_suffix == "FOX SHARES"
    assert charge.billing_details.name == "Ada Lovelace"


def test_unknown_operations_are_refused_with_the_list_of_known_ones(standin: Standin):
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        standin.client().v1.products.list()
