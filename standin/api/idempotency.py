"""Idempotency keys as in Stripe's API v1: the first answer again, a 500 included; 409 while the first request runs."""

import hashlib
from dataclasses import dataclass
from urllib.parse import parse_qsl

from standin import clock
from standin.errors import StripeError, invalid
from standin.models import Account, IdempotencyRecord
from standin.store import writing

# Stripe may forget a key after a day: here it always does, so that nobody leans on a longer memory.
REMEMBERED_SECONDS = 24 * 60 * 60
LONGEST_KEY = 255


@dataclass(frozen=True, kw_only=True)
class StoredAnswer:
    """What was answered the first time."""

    status: int
    body: str
    request_id: str


def hash_request(*, method: str, path: str, encoded: str) -> str:
    """Return what makes two requests the same: method, path and parameters in any order."""
    parameters = sorted(parse_qsl(encoded, keep_blank_values=True))
    return hashlib.sha256(repr((method, path, parameters)).encode()).hexdigest()


def claim(*, account: Account, key: str, request_hash: str, request_id: str) -> StoredAnswer | None:
    """Claim a key for a request, or return the answer that is stored under it.

    Raises:
        StripeError: the key was used with other parameters (400), or is in use at this moment (409).
    """
    if len(key) > LONGEST_KEY:
        raise invalid(f"Idempotency keys can be at most {LONGEST_KEY} characters.", code="idempotency_key_too_long")
    with writing():
        IdempotencyRecord.objects.filter(created__lt=clock.now() - REMEMBERED_SECONDS).delete()
        record = IdempotencyRecord.objects.filter(account_id=account.pk, key=key).first()
        if record is None:
            IdempotencyRecord.objects.create(
                account_id=account.pk, key=key, request_hash=request_hash, request_id=request_id, created=clock.now()
            )
            return None
    if record.request_hash != request_hash:
        message = (
            "Keys for idempotent requests can only be used with the same parameters they were first used with. "
            f"Try using a key other than '{key}' if you meant to execute a different request."
        )
        raise StripeError(400, message, type="idempotency_error", is_saved=False)
    if record.status is None:
        message = (
            "There is currently another in-progress request using this Idempotent Key (that probably means you "
            f"submitted twice, and the other request is still going through): {key}. Please try again later."
        )
        raise StripeError(409, message, type="idempotency_error", code="idempotency_key_in_use", is_saved=False)
    return StoredAnswer(status=record.status, body=record.body, request_id=record.request_id)


def keep(*, account: Account, key: str, status: int, body: str) -> None:
    """Keep the answer of the request that claimed the key."""
    IdempotencyRecord.objects.filter(account_id=account.pk, key=key).update(status=status, body=body)


def release(*, account: Account, key: str) -> None:
    """Give a key back: the request was refused before any work began."""
    with writing():
        IdempotencyRecord.objects.filter(account_id=account.pk, key=key, status=None).delete()
