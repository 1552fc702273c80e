"""Settings come from the environment: with a key they point at Stripe, without one at the stand-in."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from config.embedded.postgres import ROOT

ASK = "from config import settings as s; print(s.STRIPE_API_BASE, s.STRIPE_CHECKOUT_ORIGIN)"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "http://127.0.0.1:8421 http://127.0.0.1:8421"),
        ({"STRIPE_API_KEY": "sk_test_own"}, "https://api.stripe.com https://checkout.stripe.com"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:9000"}, "http://127.0.0.1:9000 http://127.0.0.1:9000"),
    ],
)
def test_a_key_in_the_environment_decides_between_stripe_and_the_stand_in(given, told):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STRIPE_")}
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env=environment | {"COMMONWEAL_ENV": "development"} | given,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split("\n")[0] == told
