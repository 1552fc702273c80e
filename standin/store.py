"""Ids as Stripe makes them, and the one way to write: short transactions, one at a time."""

import secrets
import string
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

_ALPHABET = string.ascii_letters + string.digits
_LENGTHS = {"cs_test": 58, "cus": 14, "acct": 16}
_one_writer = threading.RLock()


def new_id(prefix: str) -> str:
    """Return an id of the kind that Stripe gives, such as `pi_3Q...`."""
    return f"{prefix}_" + "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTHS.get(prefix, 24)))


@contextmanager
def writing() -> Iterator[None]:
    """Hold the only right to write, and a transaction.

    SQLite allows one writer and makes others poll for the lock, which starves some of them when two hundred buyers come
    at once. A queue in the process is fair; nothing but the database happens while it is held.
    """
    with _one_writer, transaction.atomic():
        yield
