"""A small limiter for sign-up, apply and export, counted in the database so that all web processes share it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core.errors import DomainError
from foundation.models import RateLimitWindow


class TooManyAttempts(DomainError):
    """Somebody tried too often; `facts["retry_after"]` says how many seconds to wait."""

    code = "limits.too_many_attempts"
    kind = "unavailable"


def check_rate(*, name: str, who: str, limit: int, seconds: int, at: datetime) -> None:
    """Count one attempt and refuse those beyond the limit.

    Call it outside transactions, so that the attempt counts even if what follows is rolled back.

    Args:
        name: What is limited ("shares.apply").
        who: Who tries: an actor's reference or an address; only a keyed digest of it is kept.
        limit: How many attempts are let through in one window.
        seconds: Length of a window.
        at: The present instant.

    Raises:
        TooManyAttempts: this attempt is over the limit.
    """
    bucket = salted_hmac("foundation.ratelimits", f"{name}\0{who}", algorithm="sha256").hexdigest()
    begun = int(at.timestamp()) // seconds * seconds
    starts_at = datetime.fromtimestamp(begun, UTC)
    ends_at = starts_at + timedelta(seconds=seconds)
    if _count(bucket, starts_at, ends_at) > limit:
        wait = max(int((ends_at - at).total_seconds()), 1)
        raise TooManyAttempts(
            _("Too many attempts. Please try again in %(minutes)s minutes.") % {"minutes": -(-wait // 60)},
            retry_after=wait,
        )


def _count(bucket: str, starts_at: datetime, ends_at: datetime) -> int:
    """Add one to a window and return its count, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO foundation_ratelimitwindow AS w (bucket, starts_at, ends_at, hits)
            VALUES (%s, %s, %s, 1)
            ON CONFLICT (bucket, starts_at) DO UPDATE SET hits = w.hits + 1
            RETURNING hits
            """,
            [bucket, starts_at, ends_at],
        )
        return int(cursor.fetchone()[0])


def forget_old_windows(*, at: datetime) -> int:
    """Delete the windows that are over and say how many there were."""
    return RateLimitWindow.objects.filter(ends_at__lt=at).delete()[0]
