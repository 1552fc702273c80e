"""Real money only where everything around it is real too; states go only where their tables say."""

from __future__ import annotations

import itertools

import pytest
from django.test import override_settings

from payments import states
from payments.checks import check_stripe_settings

REAL = {
    "PRODUCTION": True,
    "HTTPS": True,
    "STRIPE_API_KEY": "sk_live_x",
    "STRIPE_API_BASE": "https://api.stripe.com",
    "STRIPE_WEBHOOK_SECRET": "whsec_4f9d0c",
    "STRIPE_CHECKOUT_ORIGIN": "https://checkout.stripe.com",
}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, set()),
        ({"STRIPE_API_BASE": "http://127.0.0.1:8421"}, {"payments.E001", "payments.E002"}),
        ({"STRIPE_API_BASE": "https://api.stripe.com.example"}, {"payments.E001", "payments.E002"}),
        ({"PRODUCTION": False, "STRIPE_API_BASE": "http://127.0.0.1:8421"}, {"payments.E002"}),
        ({"HTTPS": False}, {"payments.E003"}),
        ({"STRIPE_WEBHOOK_SECRET": "whsec_standin"}, {"payments.E004"}),
        ({"STRIPE_WEBHOOK_SECRET": "whsec_4f9d0c,nonsense"}, {"payments.E004"}),
        ({"STRIPE_CHECKOUT_ORIGIN": "http://127.0.0.1:8421"}, {"payments.E005"}),
        ({"STRIPE_API_KEY": "sk_test_x"}, {"payments.I001"}),
        ({"PRODUCTION": False, "STRIPE_API_KEY": "sk_test_x", "STRIPE_API_BASE": "http://127.0.0.1:8421"}, set()),
    ],
)
def test_unsafe_settings_are_named(changes, found):
    with override_settings(**REAL | changes):
        assert {message.id for message in check_stripe_settings()} == found


TABLES = {
    "payment": (states.PAYMENT_STATES, states.PAYMENT_TRANSITIONS),
    "attempt": (states.ATTEMPT_STATES, states.ATTEMPT_TRANSITIONS),
    "refund": (states.REFUND_STATES, states.REFUND_TRANSITIONS),
    "run": (states.RUN_STATES, states.RUN_TRANSITIONS),
    "dispute": (states.DISPUTE_STATES, states.DISPUTE_TRANSITIONS),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_pair_of_states_is_a_step_or_refused(name):
    known, transitions = TABLES[name]
    assert set(transitions) == set(known)

    for from_state, to_state in itertools.product(known, known):
        if to_state in transitions[from_state]:
            states.check_transition(transitions, from_state, to_state)
        else:
            with pytest.raises(states.TransitionRefused):
                states.check_transition(transitions, from_state, to_state)
