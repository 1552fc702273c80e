"""The document, for its own tests."""

from tests.stripe_spec.fixtures import stripe_spec

__all__ = ["stripe_spec"]
