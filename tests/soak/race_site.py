"""The site as the races serve it. A request is served as always unless a header asks for worse.

`X-Breath` waits between looking whether there is room and writing the reservation, as a busy machine may.
`X-No-Lock` takes the offer's lock away: the control run shows that the lock is what prevents overselling.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from config.wsgi import application as site
from shares.operations import locks, paying

BREATH_SECONDS = 0.3
_asked = threading.local()
_lock_offer_row = locks.lock_offer_row
_create_payment = paying.create_payment


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Note what the request asks for, then serve it."""
    _asked.breath, _asked.no_lock = "HTTP_X_BREATH" in environ, "HTTP_X_NO_LOCK" in environ
    return site(environ, start_response)


def _lock_unless_told(offer_id: int) -> None:
    if not getattr(_asked, "no_lock", False):
        _lock_offer_row(offer_id)


def _create_payment_perhaps_later(**facts: Any) -> Any:
    if getattr(_asked, "breath", False):
        time.sleep(BREATH_SECONDS)
    return _create_payment(**facts)


locks.lock_offer_row = _lock_unless_told
paying.create_payment = _create_payment_perhaps_later
