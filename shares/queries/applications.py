"""Applications as officers and month-end see them, and the certificates that followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet, Sum

from core.money import to_minor
from core.periods import start_of_day
from documents.models import Document
from foundation.models import Job
from people.models import Organisation
from shares.models import AllotmentBatch, Application, RegisterEntry, ShareOffer
from shares.queries.holders import sum_pence
from shares.states import ApplicationState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from people.models import User

CERTIFICATE = "share_certificate"


@dataclass(frozen=True, slots=True)
class StateTotal:
    """How many applications stand in a state, and what they are worth, in pence."""

    state: str
    count: int
    pence: int


def applications_of_offer(offer: ShareOffer) -> QuerySet[Application]:
    """Applications of an offer for its officers, newest first, ready to be listed."""
    return Application.objects.filter(offer=offer).select_related("person", "particulars", "user", "terms")


def totals_by_state(offer: ShareOffer) -> list[StateTotal]:
    """Count and add up the applications of an offer by state."""
    rows = (
        Application.objects.filter(offer=offer, amount_currency="GBP")
        .order_by("state")
        .values("state")
        .annotate(count=Count("pk"), total=Sum("amount"))
    )
    return [StateTotal(row["state"], row["count"], sum_pence(row["total"])) for row in rows]


def applications_of_user(user: User) -> QuerySet[Application]:
    """Applications of a user for their own page, newest first."""
    return Application.objects.of_user(user).select_related("offer__organisation", "offer__share_class", "terms")


def find_application(public_id: str) -> Application | None:
    """Return an application with all that a page needs, or None."""
    return Application.objects.with_everything().filter(public_id=public_id).first()


def open_applications(*, organisation: Organisation, on: date) -> list[tuple[Application, int]]:
    """List the applications whose money stood in account 2150 at the end of a legal day, with their pence.

    An application stands there from its payment until it is allotted, or owed back.

    Args:
        organisation: Whose books.
        on: The day.

    Source: the treasury's month-end controls (2150 = open applications).
    """
    end = start_of_day(date.fromordinal(on.toordinal() + 1))
    rows = (
        Application.objects.filter(organisation=organisation, paid_at__lt=end)
        .exclude(allotted_at__lt=end)
        .exclude(ended_at__lt=end)
        .order_by("pk")
    )
    return [(application, to_minor(application.amount)) for application in rows]


def certificates_of_entries(entries: Sequence[RegisterEntry]) -> dict[str, Document]:
    """Find the certificate of each register entry, by the entry's public id; the newest edition counts."""
    found = (
        Document.objects.filter(kind=CERTIFICATE, subject__in=[entry.public_id for entry in entries])
        .select_related("file", "cancellation")
        .order_by("edition")
    )
    return {document.subject: document for document in found}


def job_of_batch(batch: AllotmentBatch) -> Job | None:
    """Return the job that makes the certificates of an allotment, or None while it has not begun."""
    return Job.objects.filter(key=f"documents.render:{batch.public_id}").first()


def applications_awaiting(offer: ShareOffer) -> int:
    """Count the reservations that are being paid for at this moment."""
    return Application.objects.filter(offer=offer, state=ApplicationState.AWAITING_PAYMENT.value).count()
