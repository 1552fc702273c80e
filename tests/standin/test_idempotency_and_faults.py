"""Keys give the first answer again; faults strike as they were told to, and leave what they should."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import stripe

from tests.standin.acts import OPTIONS, balance_of, buy, open_session, session_parameters
from tests.standin.process import ControlRefused, Standin
from tests.stripe_spec.client import SpecCheckedClient

KEYED = {**OPTIONS, "idempotency_key": "checkout:pay_1:1"}


def sessions_of(client: stripe.StripeClient) -> list[Any]:
    return client.v1.checkout.sessions.list({}, OPTIONS).data


def test_same_key_and_parameters_give_the_same_answer(client: stripe.StripeClient, spec_client: SpecCheckedClient):
    first = client.v1.checkout.sessions.create(session_parameters(), KEYED)
    second = client.v1.checkout.sessions.create(session_parameters(), KEYED)

    assert first.id == second.id
    assert len(sessions_of(client)) == 1
    before, after = spec_client.exchanges[0], spec_client.exchanges[1]
    assert (before.reply, before.status) == (after.reply, after.status)
    assert "Idempotent-Replayed" not in before.headers
    assert after.headers["Idempotent-Replayed"] == "true"
    assert after.headers["Original-Request"] == before.headers["Request-Id"]


def test_same_key_with_other_parameters_is_an_idempotency_error(client: stripe.StripeClient):
    client.v1.checkout.sessions.create(session_parameters(50_000), KEYED)

    with pytest.raises(stripe.IdempotencyError) as refused:
        client.v1.checkout.sessions.create(session_parameters(60_000), KEYED)

    assert refused.value.http_status == 400
    assert [session.amount_total for session in sessions_of(client)] == [50_000]


def test_same_key_for_another_operation_is_an_idempotency_error(client: stripe.StripeClient):
    client.v1.customers.create({"name": "Ada"}, KEYED)

    with pytest.raises(stripe.IdempotencyError):
        client.v1.topups.create({"amount": 100, "currency": "gbp"}, KEYED)


def test_a_key_belongs_to_one_account(standin: Standin, client: stripe.StripeClient):
    standin.add_account("acct_other")

    first = client.v1.customers.create({"name": "Ada"}, KEYED)
    second = client.v1.customers.create({"name": "Bea"}, {**KEYED, "stripe_account": "acct_other"})

    assert first.id != second.id


def test_refused_parameters_leave_the_key_free(client: stripe.StripeClient):
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(session_parameters(29), KEYED)

    made = client.v1.checkout.sessions.create(session_parameters(30), KEYED)

    assert made.amount_total == 30


def test_refusal_by_the_state_of_things_is_kept(standin: Standin, client: stripe.StripeClient):
    standin.add_float(50_000)
    intent = buy(standin, client)
    key = {**OPTIONS, "idempotency_key": "refund:2"}
    client.v1.refunds.create({"payment_intent": intent.id}, OPTIONS)
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.refunds.create({"payment_intent": intent.id}, key)

    assert refused.value.code == "charge_already_refunded"
    assert [seen["is_replay"] for seen in standin.requests_seen("refunds.create")] == [False, False, True]


def test_declined_card_is_kept_under_its_key(client: stripe.StripeClient):
    intent = client.v1.payment_intents.create({"amount": 2_000, "currency": "gbp"}, OPTIONS)
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa_chargeDeclined"}, KEYED)

    assert len(client.v1.charges.list({}, OPTIONS).data) == 1


def test_a_key_is_forgotten_after_a_day(standin: Standin, client: stripe.StripeClient):
    first = client.v1.customers.create({"name": "Ada"}, KEYED)
    standin.move_clock(seconds=86_401)

    second = client.v1.customers.create({"name": "Ada"}, KEYED)

    assert first.id != second.id


def test_second_request_while_the_first_runs_is_a_conflict(standin: Standin, client: stripe.StripeClient):
    standin.fault("slow", "customers.create", seconds=1)
    answers: list[Any] = []
    first = threading.Thread(target=lambda: answers.append(client.v1.customers.create({"name": "Ada"}, KEYED)))
    first.start()
    time.sleep(0.4)

    with pytest.raises(stripe.APIError) as conflict:
        client.v1.customers.create({"name": "Ada"}, KEYED)
    first.join()
    after = client.v1.customers.create({"name": "Ada"}, KEYED)

    assert conflict.value.http_status == 409
    assert conflict.value.error.code == "idempotency_key_in_use"
    assert after.id == answers[0].id


def test_two_hundred_at_once_with_one_key_make_one_thing(standin: Standin):
    client = standin.client(retries=8)
    made: list[str] = []

    def create() -> None:
        made.append(client.v1.customers.create({"name": "Ada"}, KEYED).id)

    threads = [threading.Thread(target=create) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 200
    assert len(set(made)) == 1


def test_fail_does_nothing_and_keeps_the_500_under_the_key(standin: Standin, client: stripe.StripeClient):
    standin.fault("fail", "checkout_sessions.create")

    for _ in range(2):
        with pytest.raises(stripe.APIError) as failed:
            client.v1.checkout.sessions.create(session_parameters(), KEYED)

    assert failed.value.http_status == 500
    assert sessions_of(client) == []
    made = client.v1.checkout.sessions.create(session_parameters(), {**OPTIONS, "idempotency_key": "another"})
    assert [session.id for session in sessions_of(client)] == [made.id]


def test_fail_after_does_it_and_says_500_for_ever(standin: Standin, client: stripe.StripeClient):
    standin.fault("fail_after", "checkout_sessions.create")

    for _ in range(2):
        with pytest.raises(stripe.APIError):
            client.v1.checkout.sessions.create(session_parameters(), KEYED)

    assert len(sessions_of(client)) == 1


def test_unavailable_is_not_kept_so_the_library_gets_through(standin: Standin):
    standin.fault("unavailable", "customers.create", count=2)

    made = standin.client(retries=3).v1.customers.create({"name": "Ada"}, KEYED)

    assert made.name == "Ada"
    assert [seen["status"] for seen in standin.requests_seen("customers.create")] == [503, 503, 200]


def test_time_out_after_success_keeps_the_answer_for_the_retry(standin: Standin):
    standin.fault("hang_after", "refunds.create", seconds=2)
    impatient = standin.client(http_client=stripe.RequestsClient(timeout=0.5))
    standin.add_float(50_000)
    intent = buy(standin, standin.client())

    with pytest.raises(stripe.APIConnectionError):
        impatient.v1.refunds.create({"payment_intent": intent.id}, KEYED)
    again = impatient.v1.refunds.create({"payment_intent": intent.id}, KEYED)

    assert again.status == "succeeded"
    assert len(impatient.v1.refunds.list({}, OPTIONS).data) == 1
    assert balance_of(impatient) == (0, 49_230)


@pytest.mark.parametrize(("kind", "made"), [("cut", 0), ("cut_after", 1)])
def test_cut_connection_is_a_connection_error(standin: Standin, client: stripe.StripeClient, kind: str, made: int):
    standin.fault(kind, "checkout_sessions.create")

    with pytest.raises(stripe.APIConnectionError):
        client.v1.checkout.sessions.create(session_parameters(), KEYED)

    assert len(sessions_of(client)) == made
    client.v1.checkout.sessions.create(session_parameters(), KEYED)
    assert len(sessions_of(client)) == 1


def test_rate_limit_is_429_and_is_not_kept(standin: Standin, client: stripe.StripeClient):
    standin.fault("rate_limit")

    with pytest.raises(stripe.RateLimitError):
        client.v1.customers.create({"name": "Ada"}, KEYED)

    assert client.v1.customers.create({"name": "Ada"}, KEYED).name == "Ada"


def test_faults_skip_and_count_and_strike_one_operation(standin: Standin, client: stripe.StripeClient):
    standin.fault("fail", "customers.create", skip=1, count=2)
    outcomes = []
    for number in range(5):
        try:
            client.v1.customers.create({"name": str(number)}, OPTIONS)
            outcomes.append("made")
        except stripe.APIError:
            outcomes.append("failed")
    open_session(client)

    assert outcomes == ["made", "failed", "failed", "made", "made"]
    assert standin.control("faults", method="GET")["faults"][0]["remaining"] == 0


def test_faults_for_ever_last_until_cleared(standin: Standin, client: stripe.StripeClient):
    standin.fault("unavailable", for_ever=True)
    for _ in range(3):
        with pytest.raises(stripe.APIError):
            client.v1.balance.retrieve({}, OPTIONS)

    standin.control("faults/clear")

    assert balance_of(client) == (0, 0)


def test_misspelt_controls_are_refused(standin: Standin):
    for path, facts in [
        ("faults", {"kind": "explode"}),
        ("faults", {"kind": "fail", "operation": "refunds.crate"}),
        ("faults", {"kind": "fail", "cuont": 1}),
        ("clock", {"days": -1}),
        ("webhooks/mode", {"mode": "sideways"}),
        ("accounts/acct_tests/float", {"amount": 0}),
    ]:
        with pytest.raises(ControlRefused) as refused:
            standin.control(path, **facts)
        assert refused.value.status == 400


def test_requests_seen_tell_parameters_account_and_key(standin: Standin, client: stripe.StripeClient):
    client.v1.customers.create({"name": "Ada"}, KEYED)

    [seen] = standin.requests_seen("customers.create")

    assert (seen["method"], seen["path"], seen["status"]) == ("POST", "/v1/customers", 200)
    assert (seen["account_id"], seen["idempotency_key"]) == ("acct_tests", "checkout:pay_1:1")
    assert seen["parameters"] == {"name": "Ada"}
