"""Checks of the settings at the start: real money only where everything around it is real too."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

STRIPE_API_HOST = "api.stripe.com"
PRACTICE_SECRETS = ("whsec_", "whsec_standin", "whsec_practice", "whsec_demo_only_local")


@checks.register("payments")
def check_stripe_settings(**_: Any) -> list[checks.CheckMessage]:
    """Compare the settings of the provider with each other and with the environment."""
    is_live = settings.STRIPE_API_KEY.startswith(("sk_live_", "rk_live_"))
    is_stripe = urlsplit(settings.STRIPE_API_BASE).hostname == STRIPE_API_HOST
    found: list[checks.CheckMessage] = []
    if settings.PRODUCTION and not is_stripe:
        found.append(checks.Error("STRIPE_API_BASE must be Stripe's own in production.", id="payments.E001"))
    if is_live and not is_stripe:
        found.append(checks.Error("A live key must never be sent to anybody but Stripe.", id="payments.E002"))
    if is_live and not settings.HTTPS:
        found.append(checks.Error("A live key needs PUBLIC_BASE_URL with https, for webhooks too.", id="payments.E003"))
    if is_live or settings.PRODUCTION:
        found += _check_secret(settings.STRIPE_WEBHOOK_SECRET)
    if (is_live or settings.PRODUCTION) and urlsplit(settings.STRIPE_CHECKOUT_ORIGIN).scheme != "https":
        found.append(checks.Error("STRIPE_CHECKOUT_ORIGIN must be an https origin.", id="payments.E005"))
    if settings.PRODUCTION and not is_live:
        found.append(checks.Info("The Stripe key is a test key: no real money will move.", id="payments.I001"))
    return found


def _check_secret(secrets: str) -> list[checks.CheckMessage]:
    given = [one.strip() for one in secrets.split(",")]
    weak = [one for one in given if not one.startswith("whsec_") or one in PRACTICE_SECRETS]
    return [checks.Error("STRIPE_WEBHOOK_SECRET is not a secret that Stripe gave.", id="payments.E004")] if weak else []
