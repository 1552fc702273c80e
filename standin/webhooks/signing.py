"""Signatures as in Stripe's `Stripe-Signature` header: `t=<seconds>,v1=<hmac sha256 of "t.body">`."""

import hashlib
import hmac


def sign(body: str, *, secret: str, timestamp: int) -> str:
    """Return the header's value for a body.

    Args:
        body: the JSON text exactly as it is posted.
        secret: the endpoint's `whsec_...` secret, used whole.
        timestamp: seconds since 1970, UTC, that the signature claims.
    """
    digest = hmac.new(secret.encode(), f"{timestamp}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"
