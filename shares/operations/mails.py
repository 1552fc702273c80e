"""What applicants are told by mail; queued in the transaction of the act that it tells of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from core.money import format_pounds, to_minor
from foundation.mail import queue_mail
from shares.models import Application, ShareOffer


def tell(
    application: Application,
    offer: ShareOffer,
    template: str,
    *,
    key: str,
    at: datetime,
    attachments: Sequence[str] = (),
) -> None:
    """Write to an applicant; without a sign-in there is nobody to write to.

    Args:
        application: Whose applicant.
        offer: Its offer, with organisation.
        template: Name of the mail under templates/shares/mail/.
        key: Names the fact that is told, so that it is told once.
        at: Now.
        attachments: Public ids of stored files.
    """
    user = application.user
    if user is None or not user.is_active:
        return
    person = application.person
    may_cancel_until = (application.paid_at or at) + timedelta(days=application.terms.cooling_off_days)
    queue_mail(
        to=user.email,
        template=f"shares/mail/{template}",
        context={
            "given_name": person.given_name if person else "",
            "society": offer.organisation.name,
            "offer_title": offer.title,
            "offer_url": f"{settings.PUBLIC_BASE_URL}/offers/{offer.slug}/",
            "home_url": f"{settings.PUBLIC_BASE_URL}/me/",
            "number_of_shares": application.number_of_shares,
            "amount": format_pounds(to_minor(application.amount)),
            "reference": application.public_id,
            "end_reason": application.get_end_reason_display(),
            "reason_code": application.end_reason,
            "cooling_off_days": application.terms.cooling_off_days,
            "may_cancel_until": may_cancel_until,
        },
        key=f"shares:{template}:{key}",
        at=at,
        language=person.language if person else "en-gb",
        organisation=offer.organisation.public_id,
        attachments=attachments,
    )
