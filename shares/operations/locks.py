"""The order in which shares takes locks. Every act that needs more than one goes through here.

# Note [Lock order]
offer -> holder -> applications (by row number) -> society -> payment -> ledger. Each lock is taken late and never while
a provider is asked. A transaction locks one offer only, so those that wait for it hold nothing that its owner could
want. The holder is locked too because one person may apply in two offers of a society at once, and the limit counts
both. The society's counters are for allotment alone; payment and ledger rows come last because the rooms below take
them, and the payment room asks for our locks before its own (`settling.lock_for_payment`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected, LockNotAvailable

from shares.models import Application, ShareOffer, Society
from shares.operations.errors import Busy, NoApplication
from shares.queries.holders import Holder

# First key of our advisory locks, so that they meet nobody else's.
_HOLDER_LOCKS = 0x5348


@contextmanager
def _bounded_wait() -> Iterator[None]:
    """Turn a wait that took too long into an error that people understand; the database bounds the wait."""
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
            raise Busy(_("Very many people are applying at this moment. Please try again.")) from error
        raise


def lock_holder(society: Society, holder: Holder) -> None:
    """Let one act at a time count what one holder has in one society; held until the transaction ends."""
    with _bounded_wait(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_HOLDER_LOCKS, f"{society.pk}:{holder.key}"])


def lock_offer_row(offer_id: int) -> None:
    """Lock an offer without reading it."""
    with _bounded_wait():
        ShareOffer.objects.select_for_update(no_key=True).values_list("pk").get(pk=offer_id)


def lock_application_row(application_id: int) -> None:
    """Lock an application without reading it.

    Raises:
        NoApplication: there is none.
    """
    rows = Application.objects.select_for_update(no_key=True).filter(pk=application_id)
    with _bounded_wait():
        is_there = rows.values_list("pk").first() is not None
    if not is_there:
        raise NoApplication(_("There is no such application."))


def lock_offer(offer_id: int) -> ShareOffer:
    """Lock an offer, and read it with its society, class and terms as they are now."""
    lock_offer_row(offer_id)
    return ShareOffer.objects.with_everything().get(pk=offer_id)


def lock_application(application_id: int) -> Application:
    """Lock an application, and read it as it is now.

    Raises:
        NoApplication: there is none.
    """
    lock_application_row(application_id)
    return Application.objects.select_related("user", "person", "particulars", "terms").get(pk=application_id)


def lock_applications(offer: ShareOffer, states: Iterable[str]) -> list[Application]:
    """Lock the applications of an offer that stand in some states, in the order of their row numbers."""
    locked = (
        Application.objects.select_for_update(no_key=True)
        .filter(offer=offer, state__in=list(states))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    with _bounded_wait():
        ids = list(locked)
    return list(Application.objects.filter(pk__in=ids).select_related("user", "person").order_by("pk"))


def lock_society(society_id: int) -> Society:
    """Lock the counters of a society."""
    with _bounded_wait():
        return Society.objects.select_for_update(no_key=True).get(pk=society_id)
