"""The fixtures of the stand-in, for its own tests."""

from tests.standin.fixtures import standin, standin_process, webhook_receiver
from tests.stripe_spec.fixtures import spec_client, stripe_spec

__all__ = ["spec_client", "standin", "standin_process", "stripe_spec", "webhook_receiver"]
