"""The thread that posts webhooks, one after another, and tries again while the receiver does not answer 2xx."""

import json
import logging
import threading
import time
import urllib.error
import urllib.request
from http import HTTPStatus

from django.db import close_old_connections

from standin import clock
from standin.acts import passing_time
from standin.models import Delivery, Event, Knobs
from standin.shapes import show_event
from standin.store import writing
from standin.webhooks import wake
from standin.webhooks.signing import sign

logger = logging.getLogger(__name__)

POST_TIMEOUT_SECONDS = 10
# The bell wakes the thread for new webhooks; the pauses are for those that are late or tried again, and for the clock.
SHORT_PAUSE_SECONDS = 0.1
PAUSE_SECONDS = 1.0


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is a failure to Stripe: it does not follow."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


# No proxy of the environment either: webhooks go to this machine.
_opener = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))


def start() -> None:
    """Start the thread; it ends with the process."""
    threading.Thread(target=_run_for_ever, name="standin-webhooks", daemon=True).start()


def _run_for_ever() -> None:
    while True:
        pause = PAUSE_SECONDS
        try:
            passing_time.catch_up()
            while post_next():
                pass
            if Delivery.objects.filter(state=Delivery.WAITING).exists():
                pause = SHORT_PAUSE_SECONDS
        except Exception:
            # The thread must outlive whatever a half-written test does to it; the log tells what happened.
            logger.exception("The webhook thread met an error and goes on.")
            close_old_connections()
        wake.wait(pause)


def post_next() -> bool:
    """Post the first webhook that is due; return whether there was one."""
    due = Delivery.objects.filter(state=Delivery.WAITING, due_at_ms__lte=clock.real_milliseconds())
    delivery = due.select_related("event__account").order_by("due_at_ms", "rank", "pk").first()
    if delivery is None:
        return False
    knobs = Knobs.get()
    status, problem = post(delivery, knobs=knobs)
    with writing():
        _record(delivery, knobs=knobs, status=status, problem=problem)
    return True


def get_body_and_signature(delivery: Delivery, *, secret: str) -> tuple[str, str]:
    """Return what is posted and its signature; each attempt is signed anew, as Stripe does."""
    event: Event = delivery.event
    body = json.dumps(show_event(event), indent=2, ensure_ascii=False)
    return body, sign(body, secret=secret, timestamp=int(time.time()) - delivery.aged_seconds)


def post(delivery: Delivery, *, knobs: Knobs) -> tuple[int | None, str]:
    """Post one webhook; return the receiver's status (None where it gave none) and what went wrong."""
    body, signature = get_body_and_signature(delivery, secret=knobs.webhook_secret)
    request = urllib.request.Request(
        knobs.webhook_url,
        data=body.encode(),
        method="POST",
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature,
            "User-Agent": "Stripe/1.0 (practice stand-in)",
        },
    )
    try:
        with _opener.open(request, timeout=POST_TIMEOUT_SECONDS) as response:
            return int(response.status), ""
    except urllib.error.HTTPError as error:
        return error.code, f"The receiver answered {error.code}."
    except (OSError, ValueError) as error:
        return None, str(error)


def _record(delivery: Delivery, *, knobs: Knobs, status: int | None, problem: str) -> None:
    current = Delivery.objects.filter(pk=delivery.pk).first()
    if current is None:  # A reset came between.
        return
    current.attempts += 1
    current.response_status = status
    current.problem = problem
    if status is not None and HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        current.state = Delivery.DELIVERED
    elif current.attempts >= knobs.attempts_at_most:
        current.state = Delivery.FAILED
    else:
        backoff = knobs.retry_after_seconds * 1000 * 2 ** (current.attempts - 1)
        current.due_at_ms = clock.real_milliseconds() + backoff
    current.save()
